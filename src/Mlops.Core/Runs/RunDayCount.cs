namespace Mlops.Core.Runs;

/// <summary>Runs of one day and status.</summary>
/// <param name="Day">A day of UTC, on which they were created.</param>
/// <param name="Status">Where they stand now.</param>
/// <param name="Count">How many; at least one.</param>
public sealed record RunDayCount(DateOnly Day, RunStatus Status, long Count);
