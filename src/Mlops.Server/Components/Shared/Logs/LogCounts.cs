using Mlops.Core.Runs;

namespace Mlops.Server.Components.Shared.Logs;

/// <summary>How many lines fit a filter, by the least level that is asked for.</summary>
internal sealed class LogCounts(IReadOnlyDictionary<RunLogLevel, long> byLevel)
{
    public static LogCounts None { get; } = new(new Dictionary<RunLogLevel, long>());

    /// <summary>Lines as grave as <paramref name="least"/> or graver; null takes all.</summary>
    public long From(RunLogLevel? least) => byLevel.Where(level => least is null || level.Key >= least).Sum(level => level.Value);
}
