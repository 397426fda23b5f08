using Mlops.Core.Pipelines;

namespace Mlops.Core.Runs;

/// <summary>The part of a pipeline that is to be run.</summary>
/// <param name="BlockUuid">The block that is wanted.</param>
/// <param name="WithUpstream">Whether what it needs is run too.</param>
public sealed record BlockSelection(string BlockUuid, bool WithUpstream)
{
    /// <summary>The graph of the part.</summary>
    /// <exception cref="NotFoundException">There is no such block.</exception>
    /// <exception cref="InvalidRequestException"><c>needs_upstream</c>: the block takes outputs of others, which are not to be run.</exception>
    internal BlockGraph Of(BlockGraph graph)
    {
        if (!graph.Contains(BlockUuid))
        {
            throw new NotFoundException(
                "block", BlockUuid, $"The pipeline has no block '{BlockUuid}' that runs. It has: {string.Join(", ", graph.Blocks.Select(block => block.Uuid))}.");
        }

        return WithUpstream || graph[BlockUuid].UpstreamBlocks.Count == 0
            ? graph.UpTo(BlockUuid)
            : throw new InvalidRequestException(
                "needs_upstream",
                [$"Block '{BlockUuid}' takes what {string.Join(", ", graph[BlockUuid].UpstreamBlocks)} made. Run these too: --upstream on the command line, run_upstream_blocks by REST."]);
    }
}
