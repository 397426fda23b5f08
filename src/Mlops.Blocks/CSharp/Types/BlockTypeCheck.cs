using Mlops.Blocks.Errors;
using Mlops.Core.Pipelines;
using Mlops.Core.Runs;

namespace Mlops.Blocks.CSharp.Types;

/// <summary>
/// Checks before a run that the parameters of C# blocks can take what the blocks upstream return. What is not known before a run is passed over: blocks in
/// other languages, blocks that do not compile, runs of pipelines, global data products, items of dynamic blocks, and blocks that are attached to others.
/// Compiles what is not compiled yet, and runs nothing.
/// </summary>
public sealed class BlockTypeCheck
{
    private readonly Lazy<LoadedBlocks> _blocks;

    internal BlockTypeCheck(Lazy<LoadedBlocks> blocks) => _blocks = blocks;

    /// <summary>What does not fit: an error for each mistake, at the place of the method that takes the outputs.</summary>
    /// <param name="projectPath">Absolute path of the pipeline's project.</param>
    /// <param name="pipeline">The pipeline; of one without a graph nothing is checked.</param>
    /// <param name="cancellationToken">Ends the check after the block that is being looked at.</param>
    public Task<IReadOnlyList<BlockError>> FindProblemsAsync(string projectPath, Pipeline pipeline, CancellationToken cancellationToken) =>
        Task.Run<IReadOnlyList<BlockError>>(() => pipeline.Graph is { } graph ? FindProblems(projectPath, graph, cancellationToken) : [], cancellationToken);

    private List<BlockError> FindProblems(string projectPath, BlockGraph graph, CancellationToken cancellationToken)
    {
        var fannedOut = FanOut.AxesOf(graph);
        List<BlockError> found = [];
        foreach (var block in graph.Blocks)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var upstream = block.UpstreamBlocks.Select(uuid => graph[uuid]).ToList();

            // A product stands for any number of blocks, so nothing is known of the positions of those after it.
            if (upstream.TrueForAll(each => each.Product is null))
            {
                found.AddRange(FindProblems(projectPath, block, upstream, fannedOut.ContainsKey));
            }
        }

        return found;
    }

    private List<BlockError> FindProblems(string projectPath, Block block, List<Block> upstream, Func<string, bool> isFannedOut)
    {
        List<LoadedBlocks.Lease> leases = [];
        try
        {
            if (Load(projectPath, block, leases) is not { } methods)
            {
                return [];
            }

            var declared = upstream.Select(each => new DeclaredUpstream(
                each.Uuid,
                each.IsDynamic || isFannedOut(each.Uuid) ? null : Load(projectPath, each, leases),
                MayBeAbsent: block.TriggerRule != TriggerRule.AllSuccess));
            return [.. MethodFit.FindProblems(block.Uuid, methods, [.. declared]).Select(problem => methods.ErrorAt(ErrorWords.Binding, problem))];
        }
        finally
        {
            leases.ForEach(lease => lease.Dispose());
        }
    }

    /// <summary>The methods of a C# block; null where it is none, or is one that does not compile.</summary>
    private BlockMethods? Load(string projectPath, Block block, List<LoadedBlocks.Lease> leases)
    {
        if (block.IsRun || block.FilePath is not { } path || block.Language.Word != CSharpBlockRunner.LanguageWord)
        {
            return null;
        }

        try
        {
            var lease = _blocks.Value.Take(BlockSource.Read(projectPath, path));
            leases.Add(lease);
            lease.Block.Methods.RequireType(block.Type.Word);
            return lease.Block.Methods;
        }
        catch (BlockFailedException)
        {
            // The block's own description says so.
            return null;
        }
    }
}
