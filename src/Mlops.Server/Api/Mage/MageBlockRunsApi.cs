using Microsoft.AspNetCore.Http.HttpResults;
using Mlops.Core.Runs;

namespace Mlops.Server.Api.Mage;

/// <summary>Blocks in runs, their outputs and logs.</summary>
internal static class MageBlockRunsApi
{
    /// <summary>Rows of a table that Mage shows.</summary>
    private const int DefaultSample = 10;
    private const int MaximumSample = 1000;

    /// <summary>A run has so many block runs where a dynamic block has many items.</summary>
    private const int MaximumLimit = 10_000;

    public static void MapMageBlockRunsApi(this IEndpointRouteBuilder api)
    {
        api.MapGet("/block_runs", ListAsync);
        api.MapGet("/block_runs/{id}/outputs", ListOutputsAsync);
    }

    internal static async Task<Ok<MageBlockRunList>> ListAsync(MageQuery query, PipelineRunService runs, CancellationToken cancellationToken)
    {
        var page = query.Page(MaximumLimit, MaximumLimit);
        var ids = query.Ids("pipeline_run_id") ?? [];
        if (ids.Count != 1)
        {
            query.Refuse($"'pipeline_run_id' names {(ids.Count == 0 ? "no run" : "several runs")}; say of which run, by ?pipeline_run_id=.");
        }

        query.ThrowIfAny();
        var run = await runs.GetAsync(ids[0], cancellationToken);
        return TypedResults.Ok(new MageBlockRunList([.. page.Of(run.BlockRuns).Select(block => MageBlockRun.From(block, run))], page.Describe(run.BlockRuns.Count)));
    }

    internal static async Task<Ok<MageOutputList>> ListOutputsAsync(
        long id, MageQuery query, PipelineRunService runs, MageOutputs outputs, CancellationToken cancellationToken)
    {
        var rows = query.Int("sample_count", 1, MaximumSample, DefaultSample);
        query.ThrowIfAny();
        var run = await runs.GetOfBlockRunAsync(id, cancellationToken);
        return TypedResults.Ok(await outputs.SampleAsync(run.BlockRuns.First(block => block.Id == id), rows, cancellationToken));
    }
}
