using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Mlops.Core.Runs;

namespace Mlops.Server.Api;

/// <summary>Starting, watching, cancelling and retrying pipeline runs.</summary>
internal static class PipelineRunsApi
{
    private const int MaximumWaitSeconds = 300;
    private const int MaximumLimit = 200;
    private const int DefaultLimit = 30;

    public static void MapPipelineRunsApi(this IEndpointRouteBuilder api)
    {
        api.MapPost("/projects/{project}/pipelines/{pipeline}/runs", StartAsync).WithTags("Pipeline runs").WithName("StartPipelineRun")
            .WithSummary("Start a run of a pipeline")
            .WithDescription("Answers 201 with the run at once. With ?wait=30 it answers when the run is final (201), or with 202 when the seconds are over and the run goes on.")
            .ProducesProblem(400).ProducesProblem(404).ProducesProblem(413).ProducesProblem(415);
        var runs = api.MapGroup("/pipeline_runs").WithTags("Pipeline runs");
        runs.MapGet("/", ListAsync).WithName("ListPipelineRuns").WithSummary("List runs, newest first")
            .WithDescription("Their block runs come without outputs. 'next' is the address of the next page.").ProducesProblem(400);
        runs.MapGet("/{id}", GetAsync).WithName("GetPipelineRun").WithSummary("Get a run with its block runs and outputs").ProducesProblem(400).ProducesProblem(404);
        runs.MapPost("/{id}/cancel", CancelAsync).WithName("CancelPipelineRun").WithSummary("Cancel a run")
            .WithDescription("Asks its blocks to stop and answers at once. A final run stays as it is.").ProducesProblem(400).ProducesProblem(404);
        runs.MapPost("/{id}/retry", RetryAsync).WithName("RetryPipelineRun").WithSummary("Retry the incomplete blocks of a run, or from a block on")
            .WithDescription("Completed blocks keep their outputs; with ?from=block that block and all that depend on it run again, completed or not. 409 where the run is not final or nothing is incomplete.")
            .ProducesProblem(400).ProducesProblem(404).ProducesProblem(409);
    }

    /// <param name="project">Uuid of the project.</param>
    /// <param name="pipeline">Uuid of the pipeline.</param>
    /// <param name="request">Variables of the run; may be left out.</param>
    /// <param name="wait">Seconds to wait for the run's end, 0 to 300.</param>
    internal static async Task<Results<Created<PipelineRunResource>, Accepted<PipelineRunResource>>> StartAsync(
        string project, string pipeline, StartRunRequest? request, int? wait, PipelineRunService runs, TimeProvider time, CancellationToken cancellationToken)
    {
        var checks = new Requests();
        var seconds = checks.Range("wait", wait, 0, MaximumWaitSeconds, 0);
        checks.ThrowIfAny();
        var run = await runs.StartAsync(project, pipeline, request?.Variables ?? StartRunRequest.NoVariables, RunOrigin.Api, cancellationToken);
        var now = seconds == 0 ? run : await runs.WaitAsync(run.Id, TimeSpan.FromSeconds(seconds), cancellationToken);
        var resource = PipelineRunResource.From(now, time.GetUtcNow());
        return seconds == 0 || now.Status.IsFinal() ? TypedResults.Created(Address(run.Id), resource) : TypedResults.Accepted(Address(run.Id), resource);
    }

    /// <param name="id">Id of the run.</param>
    internal static async Task<Ok<PipelineRunResource>> GetAsync(long id, PipelineRunService runs, TimeProvider time, CancellationToken cancellationToken) =>
        TypedResults.Ok(PipelineRunResource.From(await runs.GetAsync(id, cancellationToken), time.GetUtcNow()));

    /// <param name="project">Only runs of this project.</param>
    /// <param name="pipeline">Only runs of this pipeline.</param>
    /// <param name="status">Only runs with this status: initial, running, completed, failed or cancelled.</param>
    /// <param name="limit">At most so many, 1 to 200; 30 by default.</param>
    /// <param name="after">Id of the last run seen: older ones follow.</param>
    internal static async Task<Ok<PipelineRunList>> ListAsync(
        string? project, string? pipeline, string? status, int? limit, long? after, HttpRequest request, PipelineRunService runs, TimeProvider time,
        CancellationToken cancellationToken)
    {
        var checks = new Requests();
        var filter = new PipelineRunFilter(project, pipeline, checks.Status("status", status), after, checks.Range("limit", limit, 1, MaximumLimit, DefaultLimit));
        checks.ThrowIfAny();
        var page = await runs.ListAsync(filter, cancellationToken);
        var now = time.GetUtcNow();
        return TypedResults.Ok(new PipelineRunList([.. page.Runs.Select(run => PipelineRunResource.From(run, now))], page.TotalCount, Links.Next(request, page.NextBefore)));
    }

    /// <param name="id">Id of the run.</param>
    internal static async Task<Ok<PipelineRunResource>> CancelAsync(long id, PipelineRunService runs, TimeProvider time, CancellationToken cancellationToken) =>
        TypedResults.Ok(PipelineRunResource.From(await runs.CancelAsync(id, cancellationToken), time.GetUtcNow()));

    /// <param name="id">Id of the run.</param>
    /// <param name="from">Uuid of the block to run again from; left out, all blocks that did not complete.</param>
    internal static async Task<Ok<PipelineRunResource>> RetryAsync(
        long id, string? from, PipelineRunService runs, TimeProvider time, CancellationToken cancellationToken)
    {
        var run = from is null ? await runs.RetryIncompleteAsync(id, cancellationToken) : await runs.RetryFromAsync(id, from, cancellationToken);
        return TypedResults.Ok(PipelineRunResource.From(run, time.GetUtcNow()));
    }

    private static string Address(long id) => string.Create(CultureInfo.InvariantCulture, $"/api/pipeline_runs/{id}");
}

/// <summary>What a run is started with.</summary>
internal sealed record StartRunRequest
{
    public static IReadOnlyDictionary<string, JsonElement> NoVariables { get; } = new Dictionary<string, JsonElement>();

    /// <summary>Variables of this run by name; they go before the pipeline's own.</summary>
    /// <example>{"source": "data/titanic.csv"}</example>
    public IReadOnlyDictionary<string, JsonElement>? Variables { get; init; }
}

/// <summary>A page of runs.</summary>
/// <param name="PipelineRuns">The runs, newest first.</param>
/// <param name="TotalCount">Runs that fit the filter, whatever the page.</param>
/// <param name="Next">Address of the next page; null on the last one.</param>
internal sealed record PipelineRunList(IReadOnlyList<PipelineRunResource> PipelineRuns, long TotalCount, string? Next);
