using System.ComponentModel;
using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Mlops.Core.Triggers;

namespace Mlops.Server.Api.Triggers;

/// <summary>The triggers of pipelines: what is changed here is written to their <c>triggers.yaml</c>.</summary>
internal static class TriggersApi
{
    private const int MaximumCount = 100;
    private const int DefaultCount = 5;

    // Parameters with another name than their own lose what their XML comment says.
    private const string IfMatch = "The ETag or version that was read; left out, the trigger may have changed since.";

    public static void MapTriggersApi(this IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("").WithTags("Triggers");
        group.MapGet("/projects/{project}/triggers", ListAsync).WithName("ListTriggers").WithSummary("List the triggers of a project")
            .WithDescription("By pipeline and name, as triggers.yaml says; without tokens.").ProducesProblem(404);
        group.MapGet("/projects/{project}/pipelines/{pipeline}/triggers", ListOfPipelineAsync).WithName("ListPipelineTriggers")
            .WithSummary("List the triggers of a pipeline").WithDescription("By name, as triggers.yaml says; without tokens.").ProducesProblem(404);
        group.MapPost("/projects/{project}/pipelines/{pipeline}/triggers", CreateAsync).WithName("CreateTrigger").WithSummary("Add a trigger to a pipeline")
            .WithDescription("Written to the pipeline's triggers.yaml. 400 where it could not fire as it is given, 409 where there is one of that name.")
            .ProducesProblem(400).ProducesProblem(404).ProducesProblem(409).ProducesProblem(413).ProducesProblem(415);
        MapOne(group.MapGroup("/triggers"));
    }

    private static void MapOne(RouteGroupBuilder triggers)
    {
        triggers.MapGet("/preview", Preview).WithName("PreviewTrigger").WithSummary("List the instants of a schedule that is not saved yet")
            .WithDescription("400 says what is wrong with interval or zone.").ProducesProblem(400);
        triggers.MapGet("/{id}", GetAsync).WithName("GetTrigger").WithSummary("Get a trigger with its token").ProducesProblem(400).ProducesProblem(404);
        triggers.MapPatch("/{id}", ChangeAsync).WithName("ChangeTrigger").WithSummary("Change values of a trigger")
            .WithDescription("All else in triggers.yaml stays as it stands. With If-Match, the ETag or version that was read, a change is refused with 409 where the file says something else by now.")
            .ProducesProblem(400).ProducesProblem(404).ProducesProblem(409).ProducesProblem(413).ProducesProblem(415);
        triggers.MapDelete("/{id}", DeleteAsync).WithName("DeleteTrigger").WithSummary("Remove a trigger from its file")
            .WithDescription("Its runs stay. If-Match as for a change.").ProducesProblem(400).ProducesProblem(404).ProducesProblem(409);
        triggers.MapPost("/{id}/activate", ActivateAsync).WithName("ActivateTrigger").WithSummary("Make a trigger active").ProducesProblem(400).ProducesProblem(404);
        triggers.MapPost("/{id}/deactivate", DeactivateAsync).WithName("DeactivateTrigger").WithSummary("Make a trigger inactive")
            .WithDescription("Runs that are under way go on.").ProducesProblem(400).ProducesProblem(404);
        triggers.MapPost("/{id}/rotate_token", RotateAsync).WithName("RotateTriggerToken").WithSummary("Give a trigger another token")
            .WithDescription("The former one is no longer valid when this answers.").ProducesProblem(400).ProducesProblem(404).ProducesProblem(409);
        triggers.MapGet("/{id}/next", NextAsync).WithName("ListNextInstants").WithSummary("List the next instants of a trigger").ProducesProblem(400).ProducesProblem(404);
    }

    /// <param name="project">Uuid of the project.</param>
    /// <param name="pipeline">Only triggers of this pipeline.</param>
    internal static async Task<Ok<TriggerList>> ListAsync(string project, string? pipeline, TriggerService triggers, CancellationToken cancellationToken) =>
        TypedResults.Ok(TriggerList.From(await triggers.ListAsync(project, pipeline, cancellationToken)));

    /// <param name="project">Uuid of the project.</param>
    /// <param name="pipeline">Uuid of the pipeline.</param>
    internal static async Task<Ok<TriggerList>> ListOfPipelineAsync(string project, string pipeline, TriggerService triggers, CancellationToken cancellationToken) =>
        TypedResults.Ok(TriggerList.From(await triggers.ListAsync(project, pipeline, cancellationToken)));

    /// <param name="project">Uuid of the project.</param>
    /// <param name="pipeline">Uuid of the pipeline.</param>
    /// <param name="request">The trigger.</param>
    internal static async Task<Created<TriggerResource>> CreateAsync(
        string project, string pipeline, NewTriggerRequest request, TriggerService triggers, HttpResponse response, CancellationToken cancellationToken)
    {
        var trigger = await triggers.CreateAsync(project, pipeline, request.Name, request.ToChange(), cancellationToken);
        return TypedResults.Created(string.Create(CultureInfo.InvariantCulture, $"/api/triggers/{trigger.Id}"), Show(trigger, response));
    }

    /// <param name="id">Id of the trigger.</param>
    internal static async Task<Ok<TriggerResource>> GetAsync(long id, TriggerService triggers, HttpResponse response, CancellationToken cancellationToken) =>
        TypedResults.Ok(Show(await triggers.GetAsync(id, cancellationToken), response));

    /// <param name="id">Id of the trigger.</param>
    /// <param name="request">What to change.</param>
    internal static async Task<Ok<TriggerResource>> ChangeAsync(
        long id, TriggerRequest request, [FromHeader(Name = "If-Match"), Description(IfMatch)] string? ifMatch, TriggerService triggers, HttpResponse response, CancellationToken cancellationToken) =>
        TypedResults.Ok(Show(await triggers.UpdateAsync(id, request.ToChange(), Version(ifMatch), cancellationToken), response));

    /// <param name="id">Id of the trigger.</param>
    internal static async Task<NoContent> DeleteAsync(
        long id, [FromHeader(Name = "If-Match"), Description(IfMatch)] string? ifMatch, TriggerService triggers, CancellationToken cancellationToken)
    {
        await triggers.DeleteAsync(id, Version(ifMatch), cancellationToken);
        return TypedResults.NoContent();
    }

    /// <param name="id">Id of the trigger.</param>
    internal static async Task<Ok<TriggerResource>> ActivateAsync(long id, TriggerService triggers, HttpResponse response, CancellationToken cancellationToken) =>
        TypedResults.Ok(Show(await triggers.SetActiveAsync(id, true, cancellationToken), response));

    /// <param name="id">Id of the trigger.</param>
    internal static async Task<Ok<TriggerResource>> DeactivateAsync(long id, TriggerService triggers, HttpResponse response, CancellationToken cancellationToken) =>
        TypedResults.Ok(Show(await triggers.SetActiveAsync(id, false, cancellationToken), response));

    /// <param name="id">Id of the trigger.</param>
    internal static async Task<Ok<TriggerResource>> RotateAsync(long id, TriggerService triggers, HttpResponse response, CancellationToken cancellationToken) =>
        TypedResults.Ok(Show(await triggers.RotateTokenAsync(id, cancellationToken), response));

    /// <param name="id">Id of the trigger.</param>
    /// <param name="count">At most so many, 1 to 100; 5 by default.</param>
    internal static async Task<Ok<InstantList>> NextAsync(long id, int? count, TriggerService triggers, CancellationToken cancellationToken) =>
        TypedResults.Ok(new InstantList(await triggers.ListNextAsync(id, Count(count), cancellationToken)));

    /// <param name="interval">@daily and its like, or a cron expression.</param>
    /// <param name="count">At most so many, 1 to 100; 5 by default.</param>
    internal static Ok<InstantList> Preview(
        string interval, [FromQuery(Name = "time_zone"), Description("IANA name such as Europe/London; UTC by default.")] string? timeZone, [FromQuery(Name = "start_time"), Description("No instant before this one.")] DateTimeOffset? startTime,
        [Description("Times of the week, such as mon-fri 08:00-18:00; all by default.")] string? windows, int? count, TriggerService triggers) =>
        TypedResults.Ok(new InstantList(triggers.Preview(new SchedulePlan(interval, timeZone, startTime) { Windows = windows }, Count(count)).Instants));

    private static int Count(int? count)
    {
        var checks = new Requests();
        var wanted = checks.Range("count", count, 1, MaximumCount, DefaultCount);
        checks.ThrowIfAny();
        return wanted;
    }

    private static string? Version(string? ifMatch) => ifMatch?.Trim() is { Length: > 0 } tag and not "*" ? tag.Trim('"') : null;

    private static TriggerResource Show(Trigger trigger, HttpResponse response)
    {
        if (trigger.Version is { } version)
        {
            response.Headers.ETag = $"\"{version}\"";
        }

        return TriggerResource.From(trigger) with { Token = trigger.Token };
    }
}
