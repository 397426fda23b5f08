using System.Text;
using System.Text.Json;
using Mlops.Core.Runs.Outputs;
using Mlops.Sdk;

namespace Mlops.Core.Runs;

/// <summary>
/// The files of block outputs: <c>project/pipeline/run/block/attempt/output_0.parquet</c>. Where they are kept in an object store, a file must be fetched
/// by <see cref="FetchAsync(BlockOutput, CancellationToken)"/> before it can be opened. Small JSON has no file (<see cref="BlockOutput.Value"/>).
/// </summary>
public sealed class BlockOutputStore
{
    private readonly PipelineRunStore _runs;
    private readonly IOutputStorage _storage;
    private readonly string _root;

    internal BlockOutputStore(PipelineRunStore runs, IOutputStorage storage)
    {
        _runs = runs;
        _storage = storage;
        _root = storage.LocalPath;
    }

    /// <summary>The output named <paramref name="outputName"/> of a block run.</summary>
    /// <exception cref="NotFoundException">There is no such run, block or output; the message says which there are.</exception>
    public async Task<BlockOutput> GetAsync(long pipelineRunId, string blockUuid, string outputName, CancellationToken cancellationToken)
    {
        var run = await _runs.FindAsync(pipelineRunId, cancellationToken) ?? throw PipelineRunService.NoSuchRun(pipelineRunId);
        var block = run.BlockRuns.FirstOrDefault(block => block.BlockUuid == blockUuid)
            ?? throw new NotFoundException(
                "block", blockUuid, $"Run {pipelineRunId} has no block '{blockUuid}'; it has {Names(run.BlockRuns.Select(each => each.BlockUuid))}.");
        return block.Outputs.FirstOrDefault(output => output.Name == outputName)
            ?? throw new NotFoundException(
                "output", outputName,
                $"Block '{blockUuid}' of run {pipelineRunId} ({block.Status.ToWord()}) has no output '{outputName}'; "
                + $"it has {Names(block.Outputs.Select(each => each.Name))}.");
    }

    /// <summary>Brings the output's file to this machine if it is not here; nothing happens where there is no such file any more.</summary>
    /// <exception cref="OutputStorageException">The output store does not answer, or the file in it is damaged.</exception>
    public Task FetchAsync(BlockOutput output, CancellationToken cancellationToken)
    {
        _ = Resolve(output.Path); // Nothing is fetched to a place outside.
        return output.Value is null ? _storage.FetchAsync(output, cancellationToken) : Task.CompletedTask;
    }

    /// <summary>Its content, which the caller disposes.</summary>
    /// <exception cref="NotFoundException">The file is gone (retention, or deleted by hand).</exception>
    public Stream OpenRead(BlockOutput output) =>
        output.Value is { } value ? new MemoryStream(Encoding.UTF8.GetBytes(value), writable: false) : File.OpenRead(ResolvePath(output));

    /// <summary>Absolute path of its file on this machine.</summary>
    /// <exception cref="NotFoundException">The file is gone (retention, or deleted by hand).</exception>
    public string ResolvePath(BlockOutput output)
    {
        var path = Resolve(output.Path);
        return File.Exists(path)
            ? path
            : throw new NotFoundException(
                "output", output.Name, $"The file of {output.Name} ({output.Path}) is gone from the outputs folder. Run the pipeline again to make it anew.");
    }

    /// <summary>The table of an output of kind <see cref="OutputKind.Table"/>; not loaded yet. The caller disposes it.</summary>
    /// <exception cref="NotFoundException">The file is gone.</exception>
    /// <exception cref="InvalidRequestException"><c>not_a_table</c>: it is stored as something else.</exception>
    public Table OpenTable(BlockOutput output) => Table.OpenParquet(ResolveTable(output));

    /// <summary>Profile of a table's columns; computed at first use and kept beside the file.</summary>
    /// <exception cref="NotFoundException">The file is gone.</exception>
    /// <exception cref="InvalidRequestException"><c>not_a_table</c>: it is stored as something else.</exception>
    /// <exception cref="OutputStorageException">The output store does not answer, or the file in it is damaged.</exception>
    public async Task<TableProfile> ReadProfileAsync(BlockOutput output, CancellationToken cancellationToken)
    {
        await FetchAsync(output, cancellationToken);
        var path = ResolveTable(output);
        var kept = path + ".profile.json";
        if (File.Exists(kept))
        {
            await using var stream = File.OpenRead(kept);
            return (await JsonSerializer.DeserializeAsync(stream, RunJson.Default.TableProfile, cancellationToken))!;
        }

        var profile = await TableProfile.ReadAsync(path, cancellationToken);

        // Moved into place, so that a reader finds all of it or nothing; two writers at once bring the same content.
        var temporary = $"{kept}.{Guid.NewGuid():N}";
        await File.WriteAllBytesAsync(temporary, JsonSerializer.SerializeToUtf8Bytes(profile, RunJson.Default.TableProfile), cancellationToken);
        File.Move(temporary, kept, overwrite: true);
        return profile;
    }

    /// <summary>Keeps for good what the block's current attempt wrote; from then on every machine can fetch it.</summary>
    /// <exception cref="OutputStorageException">It cannot be kept.</exception>
    internal Task PublishAsync(PipelineRun run, BlockRun block, IReadOnlyList<BlockOutput> outputs, CancellationToken cancellationToken)
    {
        var files = outputs.Where(output => output.Value is null).ToList();
        return files.Count == 0 ? Task.CompletedTask : _storage.PublishAsync(OutputFolders.OfAttempt(run, block), files, cancellationToken);
    }

    /// <summary>Absolute path of the folder for the outputs of a block's current attempt.</summary>
    internal string ResolveDirectory(PipelineRun run, BlockRun block) => Resolve(OutputFolders.OfAttempt(run, block));

    /// <summary>Absolute path of the folder of a file below the outputs folder.</summary>
    internal string ResolveDirectoryOf(string path) => Path.GetDirectoryName(Resolve(path))!;

    /// <summary>Path below the outputs folder, with forward slashes, of a file that the block's current attempt wrote.</summary>
    internal string RelativePath(PipelineRun run, BlockRun block, string fileName) => $"{OutputFolders.OfAttempt(run, block)}/{fileName}";

    private static string Names(IEnumerable<string> names) => string.Join(", ", names) is { Length: > 0 } list ? list : "none";

    private string ResolveTable(BlockOutput output) => output.Kind == OutputKind.Table
        ? ResolvePath(output)
        : throw new InvalidRequestException(
            "not_a_table", [$"{output.Name} is stored as {output.Kind.ToString().ToLowerInvariant()}, not as a table. Download it as a file instead."]);

    private string Resolve(string relativePath)
    {
        var path = Path.GetFullPath(relativePath, _root);
        return path.StartsWith(_root + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? path
            : throw new ArgumentException($"'{relativePath}' leads out of the outputs folder.", nameof(relativePath));
    }
}
