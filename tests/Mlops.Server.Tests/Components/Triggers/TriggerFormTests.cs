using System.Globalization;
using System.Text.Json;
using Mlops.Core.Triggers;
using Mlops.Server.Components.Pages.Triggers.Editing;

namespace Mlops.Server.Tests.Components.Triggers;

public sealed class TriggerFormTests
{
    private static readonly Trigger Former = new()
    {
        Id = 1,
        ProjectUuid = "p",
        PipelineUuid = "x",
        Name = "t",
        ScheduleType = "time",
        ScheduleInterval = "@hourly",
        TimeZone = "Europe/London",
        Description = "old",
        Version = "1",
        StartTime = DateTimeOffset.Parse("2026-05-16T07:00:00Z", CultureInfo.InvariantCulture),
        Sla = TimeSpan.FromMinutes(15),
        Tags = ["orders"],
        Variables = Values("""{"days": 1}"""),
        Settings = Values(
            """{"time_zone":"Europe/London","catch_up":"all","timeout":5,"timeout_status":"cancelled","skip_if_previous_running":true,"allow_blocks_to_fail":false,"pipeline_run_limit":2,"other":1}"""),
    };

    [Fact]
    public void A_new_schedule_writes_what_is_not_as_usual_and_nothing_else()
    {
        var form = new TriggerForm
        {
            PipelineUuid = "p",
            Name = "t",
            Frequency = TriggerForm.Custom,
            Cron = " 0 6 * * 1 ",
            TimeZone = "Europe/London",
            Windows = " mon-fri 08:00-18:00 ",
            Start = "2026-05-16T07:00",
            SkipsIfRunning = true,
            Timeout = "90",
            Sla = "2",
            SlaUnit = "hours",
            Tags = "a, b,, a ",
        };

        var change = TriggerFormChange.Of(form, null, null);

        Assert.Null(form.FindProblem());
        Assert.Equal(("time", "0 6 * * 1", true, null), (change.ScheduleType, change.ScheduleInterval, change.IsActive, change.Description));
        Assert.Equal(("2026-05-16 07:00:00+00:00", 7200, null, null), (change.StartTime, change.Sla, change.Envs, change.Variables));
        Assert.Equal(["a", "b"], change.Tags);
        Assert.Equal("""{"time_zone":"Europe/London","windows":"mon-fri 08:00-18:00","skip_if_previous_running":true,"timeout":90}""", JsonSerializer.Serialize(change.Settings));
        Assert.Equal("{}", JsonSerializer.Serialize(TriggerFormChange.Of(new TriggerForm { PipelineUuid = "p", Name = "t" }, null, null).Settings));
    }

    [Fact]
    public void What_nobody_touches_is_not_written()
    {
        var change = TriggerDraft.Of(Former, TriggerKinds.Usual).ToChange();

        Assert.Equal(new TriggerChange { Settings = change.Settings }, change);
        Assert.Empty(change.Settings!);
    }

    [Fact]
    public void What_is_set_back_to_usual_is_written_over_what_the_file_says()
    {
        var draft = TriggerDraft.Of(Former, TriggerKinds.Usual);
        var form = draft.Form;
        Assert.Equal(("@hourly", "Europe/London", "all", "5", true, "old"), (form.Frequency, form.TimeZone, form.CatchUp, form.Timeout, form.SkipsIfRunning, form.Description));
        Assert.Equal(("15", "minutes", "2026-05-16T07:00:00", "cancelled", false, "2"), (form.Sla, form.SlaUnit, form.Start, form.TimeoutStatus, form.KeepsRunning, form.RunLimit));

        (form.TimeZone, form.CatchUp, form.Timeout, form.SkipsIfRunning, form.Description) = ("", "latest", "", false, "");
        (form.Sla, form.Start, form.TimeoutStatus, form.KeepsRunning, form.RunLimit, form.Tags) = ("", "", "", true, "", "");
        var change = draft.ToChange();

        Assert.Equal(
            """{"time_zone":null,"catch_up":"latest","skip_if_previous_running":false,"timeout":null,"timeout_status":null,"pipeline_run_limit":null,"allow_blocks_to_fail":true}""",
            JsonSerializer.Serialize(change.Settings));
        Assert.Equal((null, "", "", 0), (change.IsActive, change.Description, change.StartTime, change.Sla));
        Assert.Empty(change.Tags!);
    }

    [Fact]
    public void A_called_trigger_keeps_an_interval_that_was_left_over()
    {
        var draft = TriggerDraft.Of(Former with { ScheduleType = "api", ScheduleInterval = "@once" }, TriggerKinds.Usual);
        draft.Form.Description = "new";

        Assert.Equal((null, null, "new"), (draft.ToChange().ScheduleType, draft.ToChange().ScheduleInterval, draft.ToChange().Description));
    }

    [Fact]
    public void Settings_of_a_type_are_written_and_removed_by_their_keys()
    {
        var draft = TriggerDraft.Of(Former with { ScheduleType = "tide", Settings = Values("""{"moon":"full","beach":"east"}""") }, TriggerKinds.Usual);
        draft.Form.Settings["moon"] = JsonSerializer.SerializeToElement("new");
        draft.Form.Settings.Remove("beach");

        Assert.Equal("""{"moon":"new","beach":null}""", JsonSerializer.Serialize(draft.ToChange().Settings));
    }

    [Theory]
    [InlineData(0.5, "0.5", "seconds")]
    [InlineData(90, "90", "seconds")]
    [InlineData(900, "15", "minutes")]
    [InlineData(3600, "1", "hours")]
    [InlineData(1_209_600, "2", "weeks")]
    public void An_sla_is_told_in_its_largest_whole_unit(double seconds, string number, string unit)
    {
        var read = TriggerSla.Read(TimeSpan.FromSeconds(seconds));

        Assert.Equal((number, unit), read);
        Assert.Equal(seconds, TriggerSla.Seconds(read.Number, read.Unit));
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

    [Theory]
    [InlineData("-1", "", "", "The SLA is “-1” minutes; a number above 0")]
    [InlineData("", "1.5", "", "The pipeline run limit is “1.5”; a whole number")]
    [InlineData("", "0", "", "The pipeline run limit is “0”; a whole number")]
    [InlineData("", "", "soon", "The start is “soon”; a date and time")]
    public void So_is_what_is_wrong_with_the_runs(string sla, string limit, string start, string words) =>
        Assert.StartsWith(words, new TriggerForm { PipelineUuid = "p", Name = "t", Sla = sla, RunLimit = limit, Start = start }.FindProblem(), StringComparison.Ordinal);

    private static Dictionary<string, JsonElement> Values(string json) => JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(json)!;
}
