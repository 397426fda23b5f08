using System.Globalization;
using Mlops.Core.Runs;
using Mlops.Core.Triggers.Backfills;
using Mlops.Server.Components.Shared;

namespace Mlops.Server.Components.Pages.Backfills;

/// <summary>Backfills in words.</summary>
internal static class BackfillTexts
{
    /// <summary>A date, with its time where it is not midnight: <c>2026-01-31</c>, <c>2026-01-31 06:30</c>, <c>2026-01-31 06:30:15</c>.</summary>
    public static string Day(DateTimeOffset at) => at.UtcDateTime.ToString(
        at.UtcDateTime.TimeOfDay == TimeSpan.Zero ? "yyyy-MM-dd" : at.Second == 0 ? "yyyy-MM-dd HH:mm" : "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>How far it is from one instant to the next: <c>every day</c>, <c>every 3 hours</c>.</summary>
    public static string Every(Backfill backfill)
    {
        var unit = backfill.IntervalType.ToWord();
        return backfill.IntervalUnits == 1 ? $"every {unit}" : $"every {Numbers.Text(backfill.IntervalUnits)} {unit}s";
    }

    /// <summary>Its runs by the word of where they stand; those that are over first.</summary>
    public static IReadOnlyList<(string Word, long Count)> Counts(Backfill backfill) =>
    [
        ("completed", backfill.Runs.Completed), ("failed", backfill.Runs.Failed), ("cancelled", backfill.Runs.Cancelled), ("running", backfill.Runs.Running),
        ("initial", backfill.Runs.Initial),
    ];

    /// <summary>An interval and where its run stands: <c>2026-01-01 to 2026-01-02 UTC: completed, run #12</c>.</summary>
    public static string Of(BackfillCell cell)
    {
        var time = cell.End is { } end ? $"{Day(cell.Instant)} to {Day(end)} UTC" : $"from {Day(cell.Instant)} UTC on";
        return cell is { Status: { } status, PipelineRunId: { } run }
            ? string.Create(CultureInfo.InvariantCulture, $"{time}: {StatusNames.Of(status)}, run #{run}")
            : $"{time}: no run yet";
    }

    /// <summary>Cells in a row, so that rows mean something: half a day of hours, two weeks of days, a year of months.</summary>
    public static int Columns(BackfillUnit unit) => unit switch
    {
        BackfillUnit.Second or BackfillUnit.Minute => 15,
        BackfillUnit.Hour or BackfillUnit.Month => 12,
        BackfillUnit.Day => 14,
        BackfillUnit.Week => 13,
        _ => 10,
    };
}
