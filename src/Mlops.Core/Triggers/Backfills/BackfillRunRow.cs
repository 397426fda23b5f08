namespace Mlops.Core.Triggers.Backfills;

/// <summary>A run of a backfill as the driver gives it.</summary>
internal sealed class BackfillRunRow
{
    public long Id { get; init; }
    public string Status { get; init; } = "";
    public long Instant { get; init; }
}
