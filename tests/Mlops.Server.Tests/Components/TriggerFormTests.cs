using System.Text.Json;
using Mlops.Core.Triggers;
using Mlops.Server.Components.Pages.Triggers;

namespace Mlops.Server.Tests.Components;

public sealed class TriggerFormTests
{
    [Fact]
    public void A_new_schedule_writes_what_is_not_as_usual_and_nothing_else()
    {
        var form = new TriggerForm { PipelineUuid = "p", Name = "t", Frequency = TriggerForm.Custom, Cron = " 0 6 * * 1 ", TimeZone = "Europe/London", SkipsIfRunning = true, Timeout = "90" };

        var change = form.ToChange(null);

        Assert.Null(form.FindProblem());
        Assert.Equal(("time", "0 6 * * 1", true, null), (change.ScheduleType, change.ScheduleInterval, change.IsActive, change.Description));
        Assert.Equal("""{"time_zone":"Europe/London","skip_if_previous_running":true,"timeout":90}""", JsonSerializer.Serialize(change.Settings));
        Assert.Equal("{}", JsonSerializer.Serialize(new TriggerForm { PipelineUuid = "p", Name = "t" }.ToChange(null).Settings));
    }

    [Fact]
    public void What_is_set_back_to_usual_is_written_over_what_the_file_says()
    {
        var former = new Trigger
        {
            Id = 1,
            ProjectUuid = "p",
            PipelineUuid = "x",
            Name = "t",
            ScheduleType = "time",
            ScheduleInterval = "@hourly",
            TimeZone = "Europe/London",
            Description = "old",
            Settings = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>("""{"time_zone":"Europe/London","catch_up":"all","timeout":5,"skip_if_previous_running":true,"other":1}""")!,
        };
        var form = TriggerForm.Of(former);
        Assert.Equal(("@hourly", "Europe/London", "all", "5", true, "old"), (form.Frequency, form.TimeZone, form.CatchUp, form.Timeout, form.SkipsIfRunning, form.Description));

        (form.TimeZone, form.CatchUp, form.Timeout, form.SkipsIfRunning, form.Description) = ("", "latest", "", false, "");
        var change = form.ToChange(former);

        Assert.Equal("""{"time_zone":null,"catch_up":"latest","skip_if_previous_running":false,"timeout":null}""", JsonSerializer.Serialize(change.Settings));
        Assert.Equal((null, ""), (change.IsActive, change.Description));
    }

    [Theory]
    [InlineData("", "t", "", "Choose the pipeline")]
    [InlineData("p", " ", "", "Give it a name")]
    [InlineData("p", "t", "soon", "“soon”; a number of seconds")]
    [InlineData("p", "t", "0", "“0”; a number of seconds")]
    [InlineData("p", "t", "Infinity", "“Infinity”; a number of seconds")]
    [InlineData("p", "t", "1e999", "“1e999”; a number of seconds")]
    public void What_is_missing_or_wrong_is_said(string pipeline, string name, string timeout, string words) =>
        Assert.Contains(words, new TriggerForm { PipelineUuid = pipeline, Name = name, Timeout = timeout }.FindProblem(), StringComparison.Ordinal);
}
