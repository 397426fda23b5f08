using System.Text.Json;
using Mlops.Core.Runs;

namespace Mlops.Core.Triggers.Backfills;

/// <summary>The intervals that are asked for, as they were written.</summary>
/// <param name="Start">The first instant.</param>
/// <param name="End">All instants are before.</param>
/// <param name="IntervalType">Word of a unit: minute, hour, day, week, month or year.</param>
/// <param name="IntervalUnits">So many units from one instant to the next, at least 1.</param>
/// <param name="TimeZone">IANA name of the zone whose calendar counts; null for UTC.</param>
public sealed record BackfillSpan(DateTimeOffset Start, DateTimeOffset End, string IntervalType, int IntervalUnits = 1, string? TimeZone = null)
{
    /// <summary>Reads times as people write them: a date, or a date and a time; local in the zone where no offset is given.</summary>
    /// <exception cref="InvalidRequestException"><c>invalid_backfill</c>: one is no time, or there is no such zone.</exception>
    public static BackfillSpan Read(string? start, string? end, string intervalType, int intervalUnits, string? timeZone)
    {
        var zone = BackfillCheck.FindZone(timeZone) ?? throw BackfillCheck.NoSuchZone(timeZone);
        var (from, until) = (ZoneTimes.Parse(start, zone), ZoneTimes.Parse(end, zone));
        return from is { } first && until is { } last
            ? new BackfillSpan(first, last, intervalType, intervalUnits, timeZone)
            : throw new InvalidRequestException("invalid_backfill", [.. new[] { (Name: "start", Text: start, Time: from), (Name: "end", Text: end, Time: until) }
                .Where(each => each.Time is null)
                .Select(each => $"The {each.Name} '{each.Text}' is no time. Write a date such as 2026-01-31, or a date and a time such as 2026-01-31 06:30.")]);
    }
}

/// <summary>A backfill that is asked for.</summary>
/// <param name="ProjectUuid">The project.</param>
/// <param name="PipelineUuid">The pipeline.</param>
/// <param name="Span">Its intervals.</param>
public sealed record BackfillWish(string ProjectUuid, string PipelineUuid, BackfillSpan Span)
{
    /// <summary>Its name, for people; null for one made of its times.</summary>
    public string? Name { get; init; }

    /// <summary>Variables of its runs; they go before the pipeline's own.</summary>
    public IReadOnlyDictionary<string, JsonElement> Variables { get; init; } = new Dictionary<string, JsonElement>();

    /// <summary>So many of its runs are open at a time: by default one, so that intervals are run one after another and in their order.</summary>
    public int MaxConcurrentRuns { get; init; } = 1;

    /// <summary>Whether somebody said yes to more than <see cref="BackfillService.MaxUnconfirmed"/> intervals.</summary>
    public bool IsConfirmed { get; init; }
}

/// <summary>What a span of time holds.</summary>
/// <param name="Count">Intervals.</param>
/// <param name="First">The first instant.</param>
/// <param name="Last">The last instant.</param>
/// <param name="Next">The instants that come first, a few.</param>
public sealed record BackfillPreview(long Count, DateTimeOffset First, DateTimeOffset Last, IReadOnlyList<DateTimeOffset> Next);

/// <summary>A part of a backfill.</summary>
/// <param name="From">The first instant of the part, or a time before it.</param>
/// <param name="To">All instants of the part are before.</param>
public sealed record BackfillRange(DateTimeOffset From, DateTimeOffset To);

/// <summary>An interval of a backfill, with its run.</summary>
/// <param name="Instant">When it begins; the execution date of its run.</param>
/// <param name="End">When it ends; null where no calendar goes that far.</param>
/// <param name="Status">Where its run stands; null without one.</param>
/// <param name="PipelineRunId">Its run; null where it has none.</param>
public sealed record BackfillCell(DateTimeOffset Instant, DateTimeOffset? End, RunStatus? Status, long? PipelineRunId);
