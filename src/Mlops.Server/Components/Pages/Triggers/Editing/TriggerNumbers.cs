using System.Globalization;

namespace Mlops.Server.Components.Pages.Triggers.Editing;

/// <summary>Reads what is typed as numbers and times into the form of a trigger.</summary>
internal static class TriggerNumbers
{
    private const double MaxSeconds = 366.0 * 24 * 60 * 60;

    /// <summary>A finite number above 0; null for anything else.</summary>
    public static double? Positive(string text) =>
        double.TryParse(text.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number > 0 && double.IsFinite(number) ? number : null;

    /// <summary>Seconds that a run may take; null where there are none, or none that can be.</summary>
    public static double? Timeout(TriggerForm form) => Positive(form.Timeout) is <= MaxSeconds and var seconds ? seconds : null;

    /// <summary>Seconds in which a run should be over; null likewise.</summary>
    public static double? Sla(TriggerForm form) => TriggerSla.Seconds(form.Sla, form.SlaUnit) is <= MaxSeconds and var seconds ? seconds : null;

    /// <summary>Runs at a time; null likewise.</summary>
    public static int? RunLimit(TriggerForm form) =>
        int.TryParse(form.RunLimit.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit > 0 ? limit : null;

    /// <summary>No run before; null likewise.</summary>
    public static DateTimeOffset? Start(TriggerForm form) =>
        DateTimeOffset.TryParse(form.Start.Trim(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var start) ? start : null;

    /// <summary>The first text that is not what is wanted, in words; null where all are.</summary>
    public static string? FindProblem(TriggerForm form) =>
        IsWrong(form.Timeout, Timeout(form) is null) ? $"The timeout is “{form.Timeout}”; a number of seconds above 0 is wanted, at most a year. Example: 3600"
        : IsWrong(form.Sla, Sla(form) is null) ? $"The SLA is “{form.Sla}” {form.SlaUnit}; a number above 0 is wanted, at most a year. Example: 15"
        : IsWrong(form.RunLimit, RunLimit(form) is null) ? $"The pipeline run limit is “{form.RunLimit}”; a whole number of at least 1 is wanted. Example: 1"
        : form.IsSchedule && IsWrong(form.Start, Start(form) is null) ? $"The start is “{form.Start}”; a date and time is wanted. Example: 2026-05-16T07:00"
        : null;

    private static bool IsWrong(string text, bool isUnreadable) => text.Trim().Length > 0 && isUnreadable;
}
