using System.Text.Json;
using Mlops.Core;
using Mlops.Core.Triggers.Backfills;

namespace Mlops.Server.Api.Backfills;

/// <summary>A backfill to be made, or to be looked at before.</summary>
internal sealed record BackfillRequest
{
    /// <summary>For people; made of its times where it is left out.</summary>
    /// <example>History of 2025</example>
    public string? Name { get; init; }

    /// <summary>The first instant: a date, or a date and a time; local in time_zone where it names no offset.</summary>
    /// <example>2025-01-01</example>
    public required string Start { get; init; }

    /// <summary>All instants are before; likewise.</summary>
    /// <example>2026-01-01</example>
    public required string End { get; init; }

    /// <summary>minute, hour, day, week, month or year; days and longer are those of the calendar in time_zone.</summary>
    /// <example>day</example>
    public required string IntervalType { get; init; }

    /// <summary>So many of them from one instant to the next; 1 by default.</summary>
    public int? IntervalUnits { get; init; }

    /// <summary>IANA name; UTC by default.</summary>
    /// <example>Europe/London</example>
    public string? TimeZone { get; init; }

    /// <summary>Variables of its runs; they go before the pipeline's own.</summary>
    public IReadOnlyDictionary<string, JsonElement>? Variables { get; init; }

    /// <summary>So many of its runs are open at a time, 1 to 1,000; 1 by default.</summary>
    public int? MaxConcurrentRuns { get; init; }

    /// <summary>Wanted for more than 1,000 intervals, so that nobody starts a million runs by mistake.</summary>
    public bool? Confirmed { get; init; }

    public BackfillSpan ToSpan() => BackfillSpan.Read(Start, End, IntervalType, IntervalUnits ?? 1, TimeZone);

    public BackfillWish ToWish(string project, string pipeline) => new(project, pipeline, ToSpan())
    {
        Name = Name,
        Variables = Variables ?? StartRunRequest.NoVariables,
        MaxConcurrentRuns = MaxConcurrentRuns ?? 1,
        IsConfirmed = Confirmed ?? false,
    };
}

/// <summary>A part of a backfill; all of it where it says nothing.</summary>
internal sealed record BackfillPartRequest
{
    /// <summary>The first instant of the part; UTC where it names no offset.</summary>
    /// <example>2025-03-01T00:00:00Z</example>
    public DateTimeOffset? From { get; init; }

    /// <summary>All instants of the part are before.</summary>
    /// <example>2025-04-01T00:00:00Z</example>
    public DateTimeOffset? To { get; init; }

    /// <summary>The part; null for all.</summary>
    /// <exception cref="InvalidRequestException">It has a beginning or an end only.</exception>
    public BackfillRange? ToRange() => (From, To) switch
    {
        ({ } from, { } to) => new BackfillRange(from, to),
        (null, null) => null,
        _ => throw new InvalidRequestException(
            Requests.InvalidType, [$"The part has no '{(From is null ? "from" : "to")}'. Give both, the first instant and the time before which all are, or none for all intervals."]),
    };
}
