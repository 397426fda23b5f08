using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Mlops.Core;
using Mlops.Core.Triggers.Backfills;

namespace Mlops.Server.Api.Mage;

/// <summary>Backfills in Mage's words. A single one's address is ours too, so that reading it there needs Mage's key.</summary>
internal static class MageBackfillsApi
{
    private const string Example =
        "{\"backfill\": {\"name\": \"May\", \"start_datetime\": \"2026-05-01\", \"end_datetime\": \"2026-06-01\", \"interval_type\": \"day\", \"interval_units\": 1}}";

    /// <summary>The addresses that only Mage has.</summary>
    public static void MapMageBackfillsApi(this IEndpointRouteBuilder api)
    {
        api.MapGet("/pipelines/{pipeline}/backfills", ListAsync);
        api.MapPost("/pipelines/{pipeline}/backfills", CreateAsync);
        api.MapPut("/backfills/{id}", ChangeAsync);
    }

    /// <summary>The address that both have.</summary>
    public static void MapMageBackfillApi(this IEndpointRouteBuilder api) => api.MapGet("/backfills/{id}", GetAsync);

    internal static async Task<Ok<MageBackfillList>> ListAsync(
        string pipeline, MageQuery query, MagePipelineFinder pipelines, BackfillService backfills, CancellationToken cancellationToken)
    {
        var found = pipelines.Get(pipeline, query.Project);
        var page = query.Page(MagePage.Maximum, MagePage.Maximum);
        query.ThrowIfAny();

        // Nobody has so many that a page further back would not be reached by this.
        var all = await backfills.ListAsync(new BackfillFilter(found.ProjectUuid, found.Uuid, Limit: MagePage.Maximum), cancellationToken);
        return TypedResults.Ok(new MageBackfillList([.. page.Of(all).Select(MageBackfill.From)], page.Describe(all.Count)));
    }

    internal static async Task<Created<MageBackfillEnvelope>> CreateAsync(
        string pipeline, HttpRequest request, MageQuery query, MagePipelineFinder pipelines, BackfillService backfills, CancellationToken cancellationToken)
    {
        var found = pipelines.Get(pipeline, query.Project);
        var asked = (await MageBody.ReadAsync<MageBackfillRequestEnvelope>(request, Example)).Backfill;
        var made = await backfills.CreateAsync(asked.ToWish(found.ProjectUuid, found.Uuid), cancellationToken);
        return TypedResults.Created(string.Create(CultureInfo.InvariantCulture, $"/api/backfills/{made.Id}"), new MageBackfillEnvelope(MageBackfill.From(made)));
    }

    internal static async Task<Ok<MageBackfillEnvelope>> GetAsync(long id, BackfillService backfills, CancellationToken cancellationToken) =>
        TypedResults.Ok(new MageBackfillEnvelope(MageBackfill.From(await backfills.GetAsync(id, cancellationToken))));

    /// <summary>Mage starts a backfill by the status <c>initial</c>, and cancels it by <c>cancelled</c>.</summary>
    internal static async Task<Ok<MageBackfillEnvelope>> ChangeAsync(long id, HttpRequest request, BackfillService backfills, CancellationToken cancellationToken)
    {
        var asked = (await MageBody.ReadAsync<MageBackfillRequestEnvelope>(request, Example)).Backfill;
        var backfill = asked.Status switch
        {
            "initial" or "running" => await backfills.StartAsync(id, null, cancellationToken),
            "cancelled" => await backfills.CancelAsync(id, cancellationToken),
            "retry" => await backfills.RetryAsync(id, null, cancellationToken),
            null => throw new InvalidRequestException(Requests.InvalidType, ["A backfill is not changed once it is made. Wanted is a status: initial starts it, cancelled cancels it."]),
            var other => throw new InvalidRequestException(Requests.InvalidType, [$"'status' is '{other}'; initial, cancelled or retry is wanted."]),
        };
        return TypedResults.Ok(new MageBackfillEnvelope(MageBackfill.From(backfill)));
    }
}

/// <summary>Mage's envelope of a backfill that is asked for.</summary>
internal sealed record MageBackfillRequestEnvelope(MageBackfillRequest Backfill);

/// <summary>A backfill that is asked for, or the status that it is to have.</summary>
internal sealed record MageBackfillRequest
{
    public string? Name { get; init; }

    public string? StartDatetime { get; init; }

    public string? EndDatetime { get; init; }

    public string? IntervalType { get; init; }

    public int? IntervalUnits { get; init; }

    public IReadOnlyDictionary<string, JsonElement>? Variables { get; init; }

    public MageBackfillSettings? Settings { get; init; }

    public string? Status { get; init; }

    /// <summary>
    /// What Core is asked for. In Mage an interval that begins at the end has its run too. Clients of Mage know no question back: what they ask for counts
    /// as meant.
    /// </summary>
    /// <exception cref="InvalidRequestException">A time cannot be read.</exception>
    public BackfillWish ToWish(string project, string pipeline)
    {
        var span = BackfillSpan.Read(StartDatetime, EndDatetime, IntervalType ?? "", IntervalUnits ?? 1, null);
        return new(project, pipeline, span with { End = span.End.AddMicroseconds(1) })
        {
            Name = Name,
            Variables = Variables ?? StartRunRequest.NoVariables,
            MaxConcurrentRuns = Settings?.MaxConcurrentRuns ?? 1,
            IsConfirmed = true,
        };
    }
}

/// <summary>What Mage says of how a backfill runs.</summary>
internal sealed record MageBackfillSettings(int? MaxConcurrentRuns = null);

/// <summary>Mage's envelope of a backfill.</summary>
internal sealed record MageBackfillEnvelope(MageBackfill Backfill);

/// <summary>Mage's envelope of backfills.</summary>
internal sealed record MageBackfillList(IReadOnlyList<MageBackfill> Backfills, MageMetadata Metadata);

/// <summary>A backfill in Mage's words.</summary>
internal sealed record MageBackfill
{
    public required long Id { get; init; }

    public required string Name { get; init; }

    public required string PipelineUuid { get; init; }

    /// <summary>Path of its project below the folder of all projects, which is its uuid.</summary>
    public required string RepoPath { get; init; }

    public required BackfillStatus Status { get; init; }

    public required DateTimeOffset StartDatetime { get; init; }

    /// <summary>The last instant that may have a run.</summary>
    public required DateTimeOffset EndDatetime { get; init; }

    public required BackfillUnit IntervalType { get; init; }

    public required int IntervalUnits { get; init; }

    public required IReadOnlyDictionary<string, JsonElement> Variables { get; init; }

    public required MageBackfillSettings Settings { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>Intervals, and so runs in the end.</summary>
    public required long TotalRunCount { get; init; }

    public required IReadOnlyDictionary<string, long> RunStatusCounts { get; init; }

    /// <summary>Why it could not go on; not in Mage.</summary>
    public string? Error { get; init; }

    public static MageBackfill From(Backfill backfill) => new()
    {
        Id = backfill.Id,
        Name = backfill.Name,
        PipelineUuid = backfill.PipelineUuid,
        RepoPath = backfill.ProjectUuid,
        Status = backfill.Status,
        StartDatetime = backfill.Start,
        EndDatetime = backfill.End.AddMicroseconds(-1),
        IntervalType = backfill.IntervalType,
        IntervalUnits = backfill.IntervalUnits,
        Variables = backfill.Variables,
        Settings = new MageBackfillSettings(backfill.MaxConcurrentRuns),
        CreatedAt = backfill.CreatedAt,
        StartedAt = backfill.StartedAt,
        CompletedAt = backfill.CompletedAt,
        TotalRunCount = backfill.IntervalCount,
        RunStatusCounts = new Dictionary<string, long>
        {
            ["initial"] = backfill.Runs.Initial,
            ["running"] = backfill.Runs.Running,
            ["completed"] = backfill.Runs.Completed,
            ["failed"] = backfill.Runs.Failed,
            ["cancelled"] = backfill.Runs.Cancelled,
        },
        Error = backfill.Error,
    };
}
