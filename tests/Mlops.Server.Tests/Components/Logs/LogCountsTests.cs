using Mlops.Core.Runs;
using Mlops.Server.Components.Shared.Logs;

namespace Mlops.Server.Tests.Components.Logs;

public sealed class LogCountsTests
{
    [Fact]
    public void A_level_counts_what_is_graver_too()
    {
        var counts = new LogCounts(new Dictionary<RunLogLevel, long> { [RunLogLevel.Debug] = 1, [RunLogLevel.Info] = 14, [RunLogLevel.Error] = 2 });

        Assert.Equal([17L, 16L, 2L, 2L], new[] { counts.From(null), counts.From(RunLogLevel.Info), counts.From(RunLogLevel.Warning), counts.From(RunLogLevel.Error) });
    }

    [Theory]
    [InlineData("warning", RunLogLevel.Warning)]
    [InlineData("Warning", null)]
    [InlineData("3", null)]
    [InlineData(null, null)]
    public void A_word_of_the_address_names_a_level(string? word, RunLogLevel? expected) => Assert.Equal(expected, LogLevelNames.Parse(word));
}
