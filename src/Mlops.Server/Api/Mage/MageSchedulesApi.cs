using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Mlops.Core;
using Mlops.Core.Triggers;

namespace Mlops.Server.Api.Mage;

/// <summary>Triggers, which Mage calls schedules of any type, and their runs.</summary>
internal static class MageSchedulesApi
{
    private const string Example = "{\"pipeline_schedule\": {\"name\": \"Every morning\", \"schedule_type\": \"time\", \"schedule_interval\": \"@daily\", \"status\": \"active\"}}";
    private const string RunExample = "{\"pipeline_run\": {\"variables\": {\"name\": \"value\"}}}";

    public static void MapMageSchedulesApi(this IEndpointRouteBuilder api)
    {
        api.MapGet("/pipelines/{pipeline}/pipeline_schedules", ListOfPipelineAsync);
        api.MapPost("/pipelines/{pipeline}/pipeline_schedules", CreateAsync);
        var schedules = api.MapGroup("/pipeline_schedules");
        schedules.MapGet("/", ListAsync);
        schedules.MapGet("/{id}", GetAsync);
        schedules.MapPut("/{id}", ChangeAsync);
        schedules.MapDelete("/{id}", DeleteAsync);
        schedules.MapGet("/{id}/pipeline_runs", ListRunsAsync);
        schedules.MapPost("/{id}/pipeline_runs", StartAsync);
    }

    internal static async Task<Ok<MageScheduleList>> ListAsync(MageQuery query, MageSchedules schedules, CancellationToken cancellationToken) =>
        TypedResults.Ok(await schedules.PageAsync(await schedules.ListAsync(query.Project, cancellationToken), query, cancellationToken));

    internal static async Task<Ok<MageScheduleList>> ListOfPipelineAsync(string pipeline, MageQuery query, MageSchedules schedules, CancellationToken cancellationToken) =>
        TypedResults.Ok(await schedules.PageAsync(await schedules.ListOfPipelineAsync(pipeline, query.Project, cancellationToken), query, cancellationToken));

    internal static async Task<Created<MageScheduleEnvelope>> CreateAsync(
        string pipeline, HttpRequest request, MageQuery query, MageSchedules schedules, CancellationToken cancellationToken)
    {
        var asked = (await MageBody.ReadAsync<MageScheduleRequestEnvelope>(request, Example)).PipelineSchedule;
        var made = await schedules.CreateAsync(pipeline, query.Project, asked, cancellationToken);
        return TypedResults.Created(
            string.Create(CultureInfo.InvariantCulture, $"/api/triggers/{made.Id}"), await schedules.ShowAsync(made, cancellationToken));
    }

    internal static async Task<Ok<MageScheduleEnvelope>> GetAsync(long id, TriggerService triggers, MageSchedules schedules, CancellationToken cancellationToken) =>
        TypedResults.Ok(await schedules.ShowAsync(await triggers.GetAsync(id, cancellationToken), cancellationToken));

    internal static async Task<Ok<MageScheduleEnvelope>> ChangeAsync(long id, HttpRequest request, MageSchedules schedules, CancellationToken cancellationToken)
    {
        var asked = (await MageBody.ReadAsync<MageScheduleRequestEnvelope>(request, Example)).PipelineSchedule;
        return TypedResults.Ok(await schedules.ShowAsync(await schedules.ChangeAsync(id, asked, cancellationToken), cancellationToken));
    }

    internal static async Task<Ok<MageScheduleEnvelope>> DeleteAsync(long id, TriggerService triggers, MageSchedules schedules, CancellationToken cancellationToken)
    {
        var removed = await schedules.ShowAsync(await triggers.GetAsync(id, cancellationToken), cancellationToken);
        await triggers.DeleteAsync(id, null, cancellationToken);
        return TypedResults.Ok(removed);
    }

    internal static async Task<Ok<MagePipelineRunList>> ListRunsAsync(
        long id, MageQuery query, TriggerService triggers, MageRuns list, CancellationToken cancellationToken) =>
        TypedResults.Ok(await list.ListAsync(query, (await triggers.GetAsync(id, cancellationToken)).Id, cancellationToken));

    internal static async Task<Created<MagePipelineRunEnvelope>> StartAsync(
        long id, HttpRequest request, TriggerCalls calls, MageRuns list, CancellationToken cancellationToken)
    {
        var asked = (await MageBody.ReadAsync<MageRunStartEnvelope>(request, RunExample)).PipelineRun;
        var run = await calls.StartAsync(id, asked.Variables ?? StartRunRequest.NoVariables, asked.Instant(), cancellationToken);
        return TypedResults.Created(string.Create(CultureInfo.InvariantCulture, $"/api/pipeline_runs/{run.Id}"), list.Show(run));
    }
}

/// <summary>A run that is to be made.</summary>
internal sealed record MageRunStartEnvelope(MageRunStart PipelineRun);

/// <summary>A run that is to be made.</summary>
/// <param name="Variables">Its variables; they go before the trigger's.</param>
/// <param name="ExecutionDate">The instant that it stands for; null for now.</param>
internal sealed record MageRunStart(IReadOnlyDictionary<string, JsonElement>? Variables = null, string? ExecutionDate = null)
{
    /// <exception cref="InvalidRequestException">It cannot be read.</exception>
    public DateTimeOffset? Instant() => ExecutionDate is null
        ? null
        : MageInstant.Parse(ExecutionDate) ?? throw new InvalidRequestException(
            Requests.InvalidType, [$"'execution_date' is '{ExecutionDate}'; a time such as 2026-05-16 07:00:00 is wanted."]);
}
