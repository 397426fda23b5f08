using Mlops.Core.Triggers;
using Mlops.Server.Components.Shared;

namespace Mlops.Server.Tests.Components.Shared;

public sealed class FrequencyTests
{
    [Theory]
    [InlineData("@hourly", "Every hour at :00")]
    [InlineData("@daily", "Every day at 00:00 UTC")]
    [InlineData("@monthly", "Every month on day 1 at 00:00 UTC")]
    [InlineData("* * * * *", "Every minute")]
    [InlineData("*/15 * * * *", "Every 15 minutes")]
    [InlineData("0,30 * * * *", "Every hour at :00 and :30")]
    [InlineData("5 */6 * * *", "Every 6 hours at :05")]
    [InlineData("0 6 * * *", "Every day at 06:00 UTC")]
    [InlineData("30 6 * * 1", "Mondays at 06:30 UTC")]
    [InlineData("30 6 * * 1,3,7", "Mondays, Wednesdays and Sundays at 06:30 UTC")]
    [InlineData("30 6 * * 1-5", "Weekdays at 06:30 UTC")]
    [InlineData("0 0 15 * *", "Every month on day 15 at 00:00 UTC")]
    public void A_usual_interval_is_told_in_words(string interval, string expected) => Assert.Equal(expected, Frequency.OfInterval(interval));

    [Theory]
    [InlineData("30 6 1-7 * 1")]
    [InlineData("30 6 * 2 1")]
    [InlineData("61 * * * *")]
    [InlineData("0 0 L * *")]
    [InlineData("nonsense")]
    public void Anything_else_is_not_guessed_at(string interval) => Assert.Equal("By a cron expression", Frequency.OfInterval(interval));

    [Theory]
    [InlineData("api", null, "On request")]
    [InlineData("event", null, "On an event")]
    [InlineData("time", null, "Never")]
    public void A_trigger_without_an_interval_says_what_starts_it(string type, string? interval, string expected) => Assert.Equal(expected, Frequency.Of(new Trigger
    {
        Id = 1,
        ProjectUuid = "unit_0_setup",
        PipelineUuid = "example_pipeline",
        Name = "Nightly refresh",
        ScheduleType = type,
        ScheduleInterval = interval,
    }));

    [Fact]
    public void Times_of_day_are_those_of_the_time_zone() => Assert.Equal("Every day at 06:00 Europe/London", Frequency.Of(new Trigger
    {
        Id = 1,
        ProjectUuid = "unit_0_setup",
        PipelineUuid = "example_pipeline",
        Name = "Nightly refresh",
        ScheduleType = "time",
        ScheduleInterval = "0 6 * * *",
        TimeZone = "Europe/London",
    }));
}
