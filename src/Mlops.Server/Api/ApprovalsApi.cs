using Microsoft.AspNetCore.Http.HttpResults;
using Mlops.Core.Runs.Approvals;
using Mlops.Server.Approvals;

namespace Mlops.Server.Api;

/// <summary>Blocks that wait for a person: what is asked, and the answer.</summary>
internal static class ApprovalsApi
{
    /// <summary>Below Core's own limit, which the one more that is read to know of a next page must fit in.</summary>
    private const int MaximumLimit = 100;
    private const int DefaultLimit = 30;
    private const int MaximumLinkSeconds = 366 * 24 * 3600;

    public static void MapApprovalsApi(this IEndpointRouteBuilder api)
    {
        var approvals = api.MapGroup("/approvals").WithTags("Approvals");
        approvals.MapGet("/", ListAsync).WithName("ListApprovals").WithSummary("List approvals, newest first")
            .WithDescription("Those that blocks wait for, and those that were. 'next' is the address of the next page.").ProducesProblem(400);
        approvals.MapGet("/{id}", GetAsync).WithName("GetApproval").WithSummary("Get an approval").ProducesProblem(400).ProducesProblem(404);
        approvals.MapPost("/{id}/approve", ApproveAsync).WithName("Approve").WithSummary("Let a block start")
            .WithDescription("409 says who decided before, or that its time is over.").ProducesProblem(400).ProducesProblem(404).ProducesProblem(409);
        approvals.MapPost("/{id}/reject", RejectAsync).WithName("Reject").WithSummary("Let a block fail instead of start")
            .WithDescription("It is not retried by itself. 409 says who decided before, or that its time is over.").ProducesProblem(400).ProducesProblem(404).ProducesProblem(409);
        approvals.MapPost("/{id}/links", LinkAsync).WithName("LinkToApproval").WithSummary("Make a signed link that leads to an approval")
            .WithDescription("Whoever opens it sees what is asked and can approve or reject, once. Opening it decides nothing. 409 where nobody is asked any more.")
            .ProducesProblem(400).ProducesProblem(404).ProducesProblem(409);
    }

    /// <param name="project">Only those of this project.</param>
    /// <param name="run">Only those of the run with this id.</param>
    /// <param name="status">Only open or only decided ones; expired and withdrawn ones count as decided.</param>
    /// <param name="limit">At most so many, 1 to 100; 30 by default.</param>
    /// <param name="after">Id of the last approval seen: older ones follow.</param>
    internal static async Task<Ok<ApprovalList>> ListAsync(
        string? project, long? run, string? status, int? limit, long? after, HttpRequest request, ApprovalService approvals, CancellationToken cancellationToken)
    {
        var checks = new Requests();
        var isOpen = checks.Openness("status", status);
        var most = checks.Range("limit", limit, 1, MaximumLimit, DefaultLimit);
        checks.ThrowIfAny();
        var found = await approvals.ListAsync(new ApprovalFilter(project, run, isOpen, after, most + 1), cancellationToken);
        var page = found.Take(most).Select(ApprovalResource.From).ToList();
        var openCount = await approvals.CountOpenAsync(project, cancellationToken);
        return TypedResults.Ok(new ApprovalList(page, openCount, Links.Next(request, found.Count > most ? page[^1].Id : null)));
    }

    /// <param name="id">Id of the approval.</param>
    internal static async Task<Ok<ApprovalResource>> GetAsync(long id, ApprovalService approvals, CancellationToken cancellationToken) =>
        TypedResults.Ok(ApprovalResource.From(await approvals.GetAsync(id, cancellationToken)));

    /// <param name="id">Id of the approval.</param>
    /// <param name="request">A comment; may be left out.</param>
    internal static Task<Ok<ApprovalResource>> ApproveAsync(
        long id, DecisionRequest? request, HttpContext context, ApprovalService approvals, CancellationToken cancellationToken) =>
        DecideAsync(id, Decision(true, request, context), approvals, cancellationToken);

    /// <param name="id">Id of the approval.</param>
    /// <param name="request">A comment; may be left out.</param>
    internal static Task<Ok<ApprovalResource>> RejectAsync(
        long id, DecisionRequest? request, HttpContext context, ApprovalService approvals, CancellationToken cancellationToken) =>
        DecideAsync(id, Decision(false, request, context), approvals, cancellationToken);

    /// <param name="id">Id of the approval.</param>
    /// <param name="request">How long it is valid; may be left out.</param>
    internal static async Task<Ok<ApprovalLinkResource>> LinkAsync(
        long id, ApprovalLinkRequest? request, HttpRequest http, ApprovalService approvals, ApprovalLinks links, CancellationToken cancellationToken)
    {
        var checks = new Requests();
        TimeSpan? validFor = request?.ExpiresIn is { } seconds ? TimeSpan.FromSeconds(checks.Range("expires_in", seconds, 1, MaximumLinkSeconds, 0)) : null;
        checks.ThrowIfAny();
        var link = links.Create(await approvals.GetAsync(id, cancellationToken), validFor);
        return TypedResults.Ok(new ApprovalLinkResource($"{Scheme(http)}://{http.Host}{http.PathBase}{link.Path}", link.ExpiresAt));
    }

    private static async Task<Ok<ApprovalResource>> DecideAsync(long id, ApprovalDecision decision, ApprovalService approvals, CancellationToken cancellationToken) =>
        TypedResults.Ok(ApprovalResource.From(await approvals.DecideAsync(id, decision, cancellationToken)));

    /// <summary>What a proxy with TLS says that the caller spoke; a false word of it misleads nobody but its sender.</summary>
    private static string Scheme(HttpRequest request) => request.Headers["X-Forwarded-Proto"] == Uri.UriSchemeHttps ? Uri.UriSchemeHttps : request.Scheme;

    private static ApprovalDecision Decision(bool isApproved, DecisionRequest? request, HttpContext context) =>
        new(isApproved, context.User.Identity?.Name ?? "somebody", request?.Comment);
}
