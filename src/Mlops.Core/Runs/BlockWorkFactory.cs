using Mlops.Core.Projects;
using Mlops.Core.Runs.Outputs;
using Mlops.Core.Runs.Products;
using Mlops.Core.Secrets;

namespace Mlops.Core.Runs;

/// <summary>Turns stored runs into the words and paths that a session works with, and its results back into what is stored.</summary>
internal sealed class BlockWorkFactory(ProjectCatalog catalog, BlockOutputStore outputs, SecretService secrets)
{
    /// <summary>The session that a run needs, with the secrets as they are now.</summary>
    /// <exception cref="NotFoundException">Its project is gone.</exception>
    public async Task<BlockSessionOptions> CreateSessionAsync(PipelineRun run, CancellationToken cancellationToken) =>
        new(run.Id, run.ProjectUuid, ProjectPath(run), run.PipelineUuid)
        {
            Secrets = await secrets.ReadAsync(run.ProjectUuid, cancellationToken),
        };

    /// <summary>Absolute path of the run's project.</summary>
    /// <exception cref="NotFoundException">It is gone.</exception>
    public string ProjectPath(PipelineRun run) => catalog.GetProject(run.ProjectUuid).DirectoryPath;

    /// <summary>The work of a block that was started; of one that is a run, that of its conditions.</summary>
    public BlockWork Create(RunProgress progress, BlockRun block) => new()
    {
        BlockUuid = block.BlockUuid,
        BlockType = block.Type.Word,
        Language = block.Language.Word,
        FilePath = block.FilePath is { } path ? Path.GetFullPath(path, ProjectPath(progress.Run)) : "",
        Attempt = block.Attempt,
        ExecutionDate = RunInterval.ExecutionDateOf(progress.Run),
        TriggerName = progress.Run.TriggerName,
        Interval = RunInterval.Of(progress.Run),
        Configuration = block.Terms.Configuration,
        OutputDirectory = outputs.ResolveDirectory(progress.Run, block),
        Upstream = [.. block.UpstreamBlocks.SelectMany(uuid => progress[uuid].Terms.Product is null
            ? [UpstreamOf(progress, block, uuid)]
            : ProductOutputs.Split(progress[uuid], outputs.ResolveDirectoryOf))],
        Variables = progress.Run.Variables,
        IsDynamic = block.Terms.IsDynamic,
        ParentUuid = block.IsCallback ? block.UpstreamBlocks[0] : null,
        Callback = block.IsCallback ? CallbackOf(progress[block.UpstreamBlocks[0]]) : null,
    };

    /// <summary>The outputs of a result with their paths below the outputs folder.</summary>
    public IReadOnlyList<BlockOutput> Describe(PipelineRun run, BlockRun block, BlockResult result) =>
        [.. result.Outputs.Select(stored => stored.Output with { Path = outputs.RelativePath(run, block, stored.FileName) })];

    /// <summary>Brings the outputs that the work needs to this machine.</summary>
    /// <exception cref="OutputStorageException">The output store does not answer, or a file in it is damaged.</exception>
    public async Task FetchUpstreamAsync(BlockWork work, CancellationToken cancellationToken)
    {
        foreach (var stored in work.Upstream.SelectMany(upstream => upstream.Parts ?? [upstream]).SelectMany(upstream => upstream.Outputs))
        {
            await outputs.FetchAsync(stored.Output, cancellationToken);
        }
    }

    /// <summary>Keeps the files of a result for good. To be called before the block's end is stored: who reads of an output can have its file.</summary>
    /// <exception cref="OutputStorageException">They cannot be kept.</exception>
    public Task PublishAsync(PipelineRun run, BlockRun block, IReadOnlyList<BlockOutput> described, CancellationToken cancellationToken) =>
        outputs.PublishAsync(run, block, described, cancellationToken);

    private static CallbackWork CallbackOf(BlockRun parent) => new(
        parent.Status switch
        {
            BlockRunStatus.Completed => "success",
            BlockRunStatus.Failed => "failure",
            _ => "cancelled",
        },
        parent.Error);

    /// <summary>The outputs of an upstream block: of a dynamic one the item that a child is run for, of one that was fanned out those of its children.</summary>
    private UpstreamOutputs UpstreamOf(RunProgress progress, BlockRun block, string uuid)
    {
        var upstream = Upstream(progress.Run, progress[uuid]);
        return progress[uuid].IsGroup
            ? upstream with
            {
                Parts = [.. progress.Children(uuid).Where(child => child.Status == BlockRunStatus.Completed).Select(child => Upstream(progress.Run, child))],
            }
            : upstream with { Item = block.Terms.Items.FirstOrDefault(item => item.BlockUuid == (progress[uuid].FanOf ?? uuid))?.Index };
    }

    private UpstreamOutputs Upstream(PipelineRun run, BlockRun block) => new(
        block.BlockUuid,
        outputs.ResolveDirectory(run, block),
        [.. block.Outputs.Select(output => new StoredOutput(Path.GetFileName(output.Path), output))]);
}
