using System.Globalization;
using System.Text.Json;
using Mlops.Core;
using Mlops.Core.Pipelines;
using Mlops.Core.Runs;
using Mlops.Core.Triggers;

namespace Mlops.Server.Api.Mage;

/// <summary>What Mage's clients have done to a pipeline's runs and triggers by giving it a status.</summary>
internal sealed class MagePipelineChanges(PipelineRunService runs, TriggerService triggers)
{
    /// <summary>Does it, to every item that it can be done to.</summary>
    /// <exception cref="InvalidRequestException">It cannot be done, or not to each; <c>conflict</c> names those to which it could not.</exception>
    public Task ApplyAsync(Pipeline pipeline, MagePipelineChange change, CancellationToken cancellationToken) => change switch
    {
        { Status: "retry_incomplete_block_runs", PipelineRuns: { Count: > 0 } some } =>
            ForEachAsync(Ids(some), async id => await runs.RetryIncompleteAsync(await RequireAsync(pipeline, id, cancellationToken), cancellationToken)),
        { Status: "cancelled", PipelineRuns: { Count: > 0 } some } =>
            ForEachAsync(Ids(some), async id => await runs.CancelAsync(await RequireAsync(pipeline, id, cancellationToken), cancellationToken)),
        { Status: "cancelled", PipelineRuns: null or { Count: 0 } } => CancelOpenAsync(pipeline, change.PipelineScheduleId, cancellationToken),
        { Status: "active" or "inactive", PipelineRuns: null or { Count: 0 } } => SwitchAsync(pipeline, change.Status == "active", cancellationToken),
        { Status: "retry_incomplete_block_runs" } => throw Invalid("'pipeline_runs' is missing; the runs to retry are wanted: [{\"id\": 1}]."),
        _ => throw Invalid($"'status' is '{change.Status}'; retry_incomplete_block_runs or cancelled with 'pipeline_runs', or active or inactive, is wanted. All else of a pipeline is in its files."),
    };

    private async Task CancelOpenAsync(Pipeline pipeline, long? trigger, CancellationToken cancellationToken)
    {
        var filter = new PipelineRunFilter(pipeline.ProjectUuid, pipeline.Uuid, Limit: MagePage.Maximum)
        {
            Statuses = [RunStatus.Initial, RunStatus.Running],
            TriggerIds = trigger is { } id ? [id] : null,
        };
        for (long? before = long.MaxValue; before is not null;)
        {
            var page = await runs.ListAsync(filter with { Before = before }, cancellationToken);
            await ForEachAsync(page.Runs.Select(run => run.Id), run => runs.CancelAsync(run, cancellationToken));
            before = page.NextBefore;
        }
    }

    private async Task SwitchAsync(Pipeline pipeline, bool active, CancellationToken cancellationToken)
    {
        foreach (var trigger in (await triggers.ListAsync(pipeline.ProjectUuid, pipeline.Uuid, cancellationToken)).Where(trigger => trigger.IsActive != active))
        {
            await triggers.SetActiveAsync(pipeline.ProjectUuid, pipeline.Uuid, trigger.Name, active, cancellationToken);
        }
    }

    /// <summary>What cannot be done to one run must not keep it from the others.</summary>
    private static async Task ForEachAsync(IEnumerable<long> ids, Func<long, Task> act)
    {
        var errors = new List<string>();
        foreach (var id in ids)
        {
            try
            {
                await act(id);
            }
            catch (Exception exception) when (exception is InvalidRequestException or NotFoundException)
            {
                errors.Add(string.Create(CultureInfo.InvariantCulture, $"Run {id}: {exception.Message}"));
            }
        }

        if (errors.Count > 0)
        {
            throw new InvalidRequestException("conflict", errors);
        }
    }

    private async Task<long> RequireAsync(Pipeline pipeline, long id, CancellationToken cancellationToken)
    {
        var run = await runs.GetAsync(id, cancellationToken);
        return (run.ProjectUuid, run.PipelineUuid) == (pipeline.ProjectUuid, pipeline.Uuid)
            ? id
            : throw Invalid($"it is a run of '{run.PipelineUuid}' in project '{run.ProjectUuid}', not of '{pipeline.Uuid}' in '{pipeline.ProjectUuid}'.");
    }

    private static List<long> Ids(IReadOnlyList<JsonElement> some) => [.. some.Select(item =>
        item.ValueKind == JsonValueKind.Object && item.TryGetProperty("id", out var id) ? id : item).Select(item =>
        item.ValueKind == JsonValueKind.Number && item.TryGetInt64(out var id)
            ? id
            : throw Invalid($"'pipeline_runs' has {item.GetRawText()}; runs are wanted, such as {{\"id\": 1}}."))];

    private static InvalidRequestException Invalid(string error) => new(Requests.InvalidType, [error]);
}

/// <summary>What is asked of a pipeline.</summary>
internal sealed record MagePipelineChangeEnvelope(MagePipelineChange Pipeline);

/// <summary>What is asked of a pipeline.</summary>
/// <param name="Status">What is to be done.</param>
/// <param name="PipelineRuns">To which runs: their ids, or objects with an id.</param>
/// <param name="PipelineScheduleId">To the open runs of this trigger; null for all open ones.</param>
internal sealed record MagePipelineChange(string? Status = null, IReadOnlyList<JsonElement>? PipelineRuns = null, long? PipelineScheduleId = null);
