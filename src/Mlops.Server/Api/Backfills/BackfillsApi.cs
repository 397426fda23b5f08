using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Mlops.Core.Triggers.Backfills;

namespace Mlops.Server.Api.Backfills;

/// <summary>Backfills of pipelines: runs for the intervals of a past time.</summary>
internal static class BackfillsApi
{
    private const int MaximumLimit = 200;
    private const int DefaultLimit = 30;
    private const int DefaultPage = 200;

    public static void MapBackfillsApi(this IEndpointRouteBuilder api)
    {
        api.MapGet("/projects/{project}/backfills", ListOfProjectAsync).WithTags("Backfills").WithName("ListProjectBackfills")
            .WithSummary("List the backfills of all pipelines of a project, newest first").WithDescription("'next' is the address of the next page.")
            .ProducesProblem(400).ProducesProblem(404);
        var own = api.MapGroup("/projects/{project}/pipelines/{pipeline}/backfills").WithTags("Backfills");
        own.MapGet("/", ListAsync).WithName("ListBackfills").WithSummary("List the backfills of a pipeline, newest first")
            .WithDescription("'next' is the address of the next page.").ProducesProblem(400).ProducesProblem(404);
        own.MapPost("/", CreateAsync).WithName("CreateBackfill").WithSummary("Make a backfill of a pipeline")
            .WithDescription("Nothing runs before it is started. 422 (needs_confirmation) where it has more than 1,000 intervals and 'confirmed' does not say so.")
            .ProducesProblem(400).ProducesProblem(404).ProducesProblem(413).ProducesProblem(415).ProducesProblem(422);
        own.MapPost("/preview", Preview).WithName("PreviewBackfill").WithSummary("Count the intervals that a backfill would have")
            .WithDescription("Makes nothing.").ProducesProblem(400).ProducesProblem(413).ProducesProblem(415);
        MapOne(api.MapGroup("/backfills/{id}").WithTags("Backfills"));
    }

    private static void MapOne(RouteGroupBuilder backfill)
    {
        backfill.MapGet("/", GetAsync).WithName("GetBackfill").WithSummary("Get a backfill").ProducesProblem(400).ProducesProblem(404);
        backfill.MapDelete("/", DeleteAsync).WithName("DeleteBackfill").WithSummary("Delete a backfill that does not run")
            .WithDescription("Its runs stay. 409 while it or a run of it goes on.").ProducesProblem(400).ProducesProblem(404).ProducesProblem(409);
        backfill.MapPost("/start", StartAsync).WithName("StartBackfill").WithSummary("Make the runs of all intervals that have none, or of a part")
            .WithDescription("409 while it runs, or where no interval is left.").ProducesProblem(400).ProducesProblem(404).ProducesProblem(409).ProducesProblem(413).ProducesProblem(415);
        backfill.MapPost("/retry", RetryAsync).WithName("RetryBackfill").WithSummary("Run those of its runs again that failed or were cancelled, all or in a part")
            .WithDescription("Completed runs stay as they are. 409 where there is nothing to retry.").ProducesProblem(400).ProducesProblem(404).ProducesProblem(409).ProducesProblem(413).ProducesProblem(415);
        backfill.MapPost("/cancel", CancelAsync).WithName("CancelBackfill").WithSummary("Make no more runs, and cancel those that are open")
            .WithDescription("One that ended stays as it is.").ProducesProblem(400).ProducesProblem(404);
        backfill.MapGet("/runs", ListRunsAsync).WithName("ListBackfillRuns").WithSummary("List the intervals of a backfill with their runs")
            .WithDescription("In their order; 'next' is the address of the next page.").ProducesProblem(400).ProducesProblem(404);
    }

    /// <param name="project">Uuid of the project.</param>
    /// <param name="pipeline">Only those of this pipeline.</param>
    /// <param name="status">Only those with this status: initial, running, completed, failed or cancelled.</param>
    /// <param name="limit">At most so many, 1 to 200; 30 by default.</param>
    /// <param name="after">Id of the last backfill seen: older ones follow.</param>
    internal static async Task<Ok<BackfillList>> ListOfProjectAsync(
        string project, string? pipeline, string? status, int? limit, long? after, HttpRequest request, BackfillService backfills, CancellationToken cancellationToken)
    {
        var checks = new Requests();
        var filter = new BackfillFilter(project, pipeline, checks.BackfillStatus("status", status), after, checks.Range("limit", limit, 1, MaximumLimit, DefaultLimit));
        checks.ThrowIfAny();
        var page = await backfills.ListAsync(filter, cancellationToken);
        return TypedResults.Ok(new BackfillList([.. page.Select(BackfillResource.From)], page.Count < filter.Limit ? null : Links.Next(request, page[^1].Id)));
    }

    /// <param name="project">Uuid of the project.</param>
    /// <param name="pipeline">Uuid of the pipeline.</param>
    /// <param name="status">Only those with this status: initial, running, completed, failed or cancelled.</param>
    /// <param name="limit">At most so many, 1 to 200; 30 by default.</param>
    /// <param name="after">Id of the last backfill seen: older ones follow.</param>
    internal static Task<Ok<BackfillList>> ListAsync(
        string project, string pipeline, string? status, int? limit, long? after, HttpRequest request, BackfillService backfills, CancellationToken cancellationToken) =>
        ListOfProjectAsync(project, pipeline, status, limit, after, request, backfills, cancellationToken);

    /// <param name="project">Uuid of the project.</param>
    /// <param name="pipeline">Uuid of the pipeline.</param>
    /// <param name="request">The backfill.</param>
    internal static async Task<Created<BackfillResource>> CreateAsync(
        string project, string pipeline, BackfillRequest request, BackfillService backfills, CancellationToken cancellationToken)
    {
        var backfill = await backfills.CreateAsync(request.ToWish(project, pipeline), cancellationToken);
        return TypedResults.Created(string.Create(CultureInfo.InvariantCulture, $"/api/backfills/{backfill.Id}"), BackfillResource.From(backfill));
    }

    /// <param name="project">Uuid of the project.</param>
    /// <param name="pipeline">Uuid of the pipeline.</param>
    /// <param name="request">The backfill.</param>
    internal static Ok<BackfillPreviewResource> Preview(string project, string pipeline, BackfillRequest request) =>
        TypedResults.Ok(BackfillPreviewResource.From(BackfillService.Preview(request.ToWish(project, pipeline).Span)));

    /// <param name="id">Id of the backfill.</param>
    internal static async Task<Ok<BackfillResource>> GetAsync(long id, BackfillService backfills, CancellationToken cancellationToken) =>
        TypedResults.Ok(BackfillResource.From(await backfills.GetAsync(id, cancellationToken)));

    /// <param name="id">Id of the backfill.</param>
    internal static async Task<NoContent> DeleteAsync(long id, BackfillService backfills, CancellationToken cancellationToken)
    {
        await backfills.DeleteAsync(id, cancellationToken);
        return TypedResults.NoContent();
    }

    /// <param name="id">Id of the backfill.</param>
    /// <param name="part">The part to run; left out, all intervals without a run.</param>
    internal static async Task<Ok<BackfillResource>> StartAsync(long id, BackfillPartRequest? part, BackfillService backfills, CancellationToken cancellationToken) =>
        TypedResults.Ok(BackfillResource.From(await backfills.StartAsync(id, part?.ToRange(), cancellationToken)));

    /// <param name="id">Id of the backfill.</param>
    /// <param name="part">The part in which to retry; left out, everywhere.</param>
    internal static async Task<Ok<BackfillResource>> RetryAsync(long id, BackfillPartRequest? part, BackfillService backfills, CancellationToken cancellationToken) =>
        TypedResults.Ok(BackfillResource.From(await backfills.RetryAsync(id, part?.ToRange(), cancellationToken)));

    /// <param name="id">Id of the backfill.</param>
    internal static async Task<Ok<BackfillResource>> CancelAsync(long id, BackfillService backfills, CancellationToken cancellationToken) =>
        TypedResults.Ok(BackfillResource.From(await backfills.CancelAsync(id, cancellationToken)));

    /// <param name="id">Id of the backfill.</param>
    /// <param name="after">How many intervals were seen: those behind them follow; 0 by default.</param>
    /// <param name="limit">At most so many, 1 to 1,000; 200 by default.</param>
    internal static async Task<Ok<BackfillIntervalList>> ListRunsAsync(
        long id, long? after, int? limit, HttpRequest request, BackfillService backfills, CancellationToken cancellationToken)
    {
        var checks = new Requests();
        var offset = checks.NotNegative("after", after);
        var wanted = checks.Range("limit", limit, 1, BackfillService.MaxPage, DefaultPage);
        checks.ThrowIfAny();
        var backfill = await backfills.GetAsync(id, cancellationToken);
        var cells = await backfills.ListCellsAsync(id, offset, wanted, cancellationToken);
        return TypedResults.Ok(new BackfillIntervalList(
            [.. cells.Select(BackfillIntervalResource.From)], backfill.IntervalCount,
            Links.Next(request, offset + cells.Count < backfill.IntervalCount && cells.Count > 0 ? offset + cells.Count : null)));
    }
}
