using System.Text.Json;
using Mlops.Core.Pipelines;

namespace Mlops.Core.Runs.Calls;

/// <summary>Starts the runs that are blocks of other runs, each once however often it is asked to.</summary>
/// <param name="starter">Reads and checks the pipeline.</param>
/// <param name="runs">Takes the run.</param>
/// <param name="wake">Wakes a worker for it.</param>
internal sealed class PipelineCaller(PipelineRunStarter starter, PipelineRunStore runs, Action<long> wake) : IRunBlock
{
    /// <summary>Runs inside runs inside runs; a way to start them without end would fill the database.</summary>
    private const int MaxDepth = 20;

    /// <inheritdoc/>
    public bool Takes(BlockTerms terms) => terms.Call is not null;

    /// <inheritdoc/>
    public string Describe(BlockRun block) => $"Pipeline '{block.Terms.Call!.PipelineUuid}'";

    /// <inheritdoc/>
    public async Task<BlockEnd> StartAsync(PipelineRun run, BlockRun block)
    {
        var call = block.Terms.Call!;
        var called = ToCalled(await StartAsync(run, block, call), block);
        return call.ChecksStatus
            ? new BlockEnd(block.BlockUuid, block.Attempt, null, []) { WaitsFor = called }
            : new BlockEnd(block.BlockUuid, block.Attempt, new BlockResult(null, [], []), [Output(called)]);
    }

    /// <summary>What blocks downstream are told of the run.</summary>
    public static BlockOutput Output(CalledRun run)
    {
        var value = JsonSerializer.Serialize(new CalledRunOutput(run.Id, run.ProjectUuid, run.PipelineUuid, run.Status.ToWord()), RunJson.Default.CalledRunOutput);
        return BlockOutput.OfValue("output_0", value);
    }

    /// <summary>Starts a run for a block of another one, or finds the one of the same request.</summary>
    /// <param name="parent">The run of the block.</param>
    /// <param name="name">The pipeline.</param>
    /// <param name="variables">Variables of the run, later ones before earlier ones.</param>
    /// <param name="block">The block.</param>
    /// <param name="requestId">Names the request.</param>
    /// <exception cref="NotFoundException">There is no such pipeline.</exception>
    /// <exception cref="InvalidRequestException">It cannot be run.</exception>
    public async Task<PipelineRun> StartAsync(
        PipelineRun parent, PipelineName name, IReadOnlyList<IReadOnlyDictionary<string, JsonElement>> variables, CallingBlock block, string requestId)
    {
        if (parent.Terms.Depth >= MaxDepth)
        {
            throw new InvalidRequestException(
                "too_deep", [$"the run is block of a run that is block of a run, {MaxDepth} times over. Look for pipelines that start each other."]);
        }

        var prepared = starter.Prepare(name, variables, RunOrigin.Pipeline);
        var run = await runs.InsertAsync(
            prepared with
            {
                RequestId = requestId,
                Caller = block,
                Terms = prepared.Terms with { Depth = parent.Terms.Depth + 1, Interval = RunInterval.Of(parent) },
                ExecutionDate = RunInterval.ExecutionDateOf(parent),
            },
            CancellationToken.None);

        // Killed here, the run is durable and recovery wakes it.
        wake(run.Id);
        return run;
    }

    private Task<PipelineRun> StartAsync(PipelineRun parent, BlockRun block, PipelineCall call)
    {
        var inherited = parent.Variables.Where(pair => call.Inherit.Contains(pair.Key, StringComparer.Ordinal) || call.Inherit is ["*"])
            .ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal);
        return StartAsync(
            parent,
            new PipelineName(call.ProjectUuid ?? parent.ProjectUuid, call.PipelineUuid),
            [inherited, call.Variables],
            new CallingBlock(parent.Id, block.Id, block.Attempt, call.ChecksStatus),
            $"block {block.Id} {block.Attempt}");
    }

    private static CalledRun ToCalled(PipelineRun run, BlockRun block) =>
        new(run.Id, block.Id, block.Attempt, run.ProjectUuid, run.PipelineUuid, run.Status, run.Error);
}

/// <summary>What blocks downstream of a block that is a run are given.</summary>
/// <param name="PipelineRunId">The run.</param>
/// <param name="ProjectUuid">Its project.</param>
/// <param name="PipelineUuid">Its pipeline.</param>
/// <param name="Status">Word of where it stands.</param>
internal sealed record CalledRunOutput(long PipelineRunId, string ProjectUuid, string PipelineUuid, string Status);
