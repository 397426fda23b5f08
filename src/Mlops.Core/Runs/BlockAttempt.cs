namespace Mlops.Core.Runs;

/// <summary>An attempt of a block that ended and was followed by another one. Its lines in the run log bear its number.</summary>
/// <param name="Attempt">From 1.</param>
/// <param name="Status">How it ended: failed, cancelled where it was interrupted, completed where it was run again by hand.</param>
/// <param name="StartedAt">When it started, UTC.</param>
/// <param name="CompletedAt">When it ended, UTC; null where its worker died.</param>
/// <param name="Error">Why it failed or was interrupted; null unless it was.</param>
public sealed record BlockAttempt(int Attempt, BlockRunStatus Status, DateTimeOffset? StartedAt, DateTimeOffset? CompletedAt, BlockError? Error);
