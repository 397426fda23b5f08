using System.Globalization;
using System.Text.Json;

namespace Mlops.Core.Runs;

/// <summary>The time that a run is to handle, such as the hour from its scheduled instant to the next one. UTC.</summary>
/// <param name="Start">Its begin.</param>
/// <param name="End">Its end; null where the schedule has no later instant.</param>
/// <param name="PreviousStart">Begin of the interval before; null where the schedule has no earlier instant.</param>
public sealed record RunInterval(DateTimeOffset Start, DateTimeOffset? End, DateTimeOffset? PreviousStart)
{
    /// <summary>
    /// The interval that the run's variables <c>interval_start_datetime</c>, <c>interval_end_datetime</c> and <c>interval_start_datetime_previous</c>
    /// name, as Mage's backfills and calls give them; else that of its schedule.
    /// </summary>
    public static RunInterval? Of(PipelineRun run) => FindTime(run.Variables, "interval_start_datetime") is { } start
        ? new RunInterval(start, FindTime(run.Variables, "interval_end_datetime"), FindTime(run.Variables, "interval_start_datetime_previous"))
        : run.Terms.Interval;

    /// <summary>The instant that a run stands for: its variable <c>execution_date</c> where that is a time, else its own.</summary>
    internal static DateTimeOffset ExecutionDateOf(PipelineRun run) => FindTime(run.Variables, "execution_date") ?? run.ExecutionDate;

    /// <summary>A variable that is a time; without an offset it is UTC. Null where it is missing or no time.</summary>
    private static DateTimeOffset? FindTime(IReadOnlyDictionary<string, JsonElement> variables, string name) =>
        variables.TryGetValue(name, out var value) && value.ValueKind == JsonValueKind.String
        && DateTimeOffset.TryParse(
            value.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time
            : null;
}
