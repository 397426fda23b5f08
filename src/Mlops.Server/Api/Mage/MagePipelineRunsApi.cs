using Microsoft.AspNetCore.Http.HttpResults;
using Mlops.Core;
using Mlops.Core.Runs;

namespace Mlops.Server.Api.Mage;

/// <summary>Runs at the one address that is also ours.</summary>
internal static class MagePipelineRunsApi
{
    private const string Example = "{\"pipeline_run\": {\"status\": \"cancelled\"}}, or {\"pipeline_run\": {\"pipeline_run_action\": \"retry_blocks\", \"from_block_uuid\": \"a_block\"}}";

    public static void MapMagePipelineRunsApi(this IEndpointRouteBuilder api)
    {
        var runs = api.MapGroup("/pipeline_runs");
        runs.MapGet("/", ListAsync);
        runs.MapGet("/{id}", GetAsync);
        runs.MapPut("/{id}", ChangeAsync);
    }

    internal static async Task<Ok<MagePipelineRunList>> ListAsync(MageQuery query, MageRuns list, CancellationToken cancellationToken) =>
        TypedResults.Ok(await list.ListAsync(query, null, cancellationToken));

    internal static async Task<Ok<MagePipelineRunEnvelope>> GetAsync(long id, MageRuns list, PipelineRunService runs, CancellationToken cancellationToken) =>
        TypedResults.Ok(list.Show(await runs.GetAsync(id, cancellationToken)));

    internal static async Task<Ok<MagePipelineRunEnvelope>> ChangeAsync(
        long id, HttpRequest request, MageRuns list, PipelineRunService runs, CancellationToken cancellationToken)
    {
        var change = (await MageBody.ReadAsync<MagePipelineRunChangeEnvelope>(request, Example)).PipelineRun;
        var run = change switch
        {
            { PipelineRunAction: "retry_blocks", FromBlockUuid: { Length: > 0 } block } => await runs.RetryFromAsync(id, block, cancellationToken),
            { PipelineRunAction: "retry_blocks" } => await runs.RetryIncompleteAsync(id, cancellationToken),
            { PipelineRunAction: null, Status: "cancelled" } => await runs.CancelAsync(id, cancellationToken),
            _ => throw new InvalidRequestException(
                Requests.InvalidType,
                [$"'pipeline_run' has the status '{change.Status}' and the action '{change.PipelineRunAction}'. Wanted is {Example}."]),
        };
        return TypedResults.Ok(list.Show(run));
    }
}

/// <summary>What is asked of a run.</summary>
internal sealed record MagePipelineRunChangeEnvelope(MagePipelineRunChange PipelineRun);

/// <summary>What is asked of a run.</summary>
/// <param name="Status"><c>cancelled</c>; any other one only where there is an action, as part of the run as it was read.</param>
/// <param name="PipelineRunAction"><c>retry_blocks</c>.</param>
/// <param name="FromBlockUuid">The block to run again from; null for all that did not complete.</param>
internal sealed record MagePipelineRunChange(string? Status = null, string? PipelineRunAction = null, string? FromBlockUuid = null);
