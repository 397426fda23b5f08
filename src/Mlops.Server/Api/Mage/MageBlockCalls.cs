using System.Text.Json;
using Mlops.Core.Projects;
using Mlops.Core.Runs;
using Mlops.Core.Triggers;

namespace Mlops.Server.Api.Mage;

/// <summary>Runs one block for whoever knows the token of a trigger of its pipeline, which says too which of several projects is meant.</summary>
internal sealed class MageBlockCalls(TriggerCalls calls, PipelineRunService runs, ProjectCatalog catalog)
{
    /// <summary>Starts the run and waits for its end.</summary>
    /// <returns>The run as it then is.</returns>
    public async Task<PipelineRun> RunAsync(MageRunRequest asked, TriggerCredential credential, TimeSpan wait, CancellationToken cancellationToken)
    {
        var call = new BlockCall(
            asked.PipelineUuid, asked.Project is { } project ? [project] : [.. catalog.ListProjects().Select(each => each.Uuid)],
            new BlockSelection(asked.BlockUuid, asked.RunUpstreamBlocks ?? false), asked.Variables ?? StartRunRequest.NoVariables);
        var run = await calls.StartBlockAsync(call, credential, cancellationToken);
        return await runs.WaitAsync(run.Id, wait, cancellationToken);
    }
}

/// <summary>What is to be run.</summary>
internal sealed record MageRunRequestEnvelope(MageRunRequest Run);

/// <summary>What is to be run.</summary>
/// <param name="PipelineUuid">The pipeline.</param>
/// <param name="BlockUuid">The block.</param>
/// <param name="Variables">Variables of the run; they go before the trigger's.</param>
/// <param name="RunUpstreamBlocks">Whether what the block needs is run too.</param>
/// <param name="Project">The project; null for the one whose trigger has the token.</param>
internal sealed record MageRunRequest(
    string PipelineUuid, string BlockUuid, IReadOnlyDictionary<string, JsonElement>? Variables = null, bool? RunUpstreamBlocks = null, string? Project = null);
