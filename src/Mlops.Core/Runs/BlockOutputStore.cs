using Mlops.Sdk;

namespace Mlops.Core.Runs;

/// <summary>The files of block outputs under the data directory: <c>outputs/project/pipeline/run/block/attempt/output_0.parquet</c>.</summary>
public sealed class BlockOutputStore
{
    /// <summary>The output named <paramref name="outputName"/> of a block run.</summary>
    /// <exception cref="NotFoundException">There is no such run, block or output; the message says which there are.</exception>
    public Task<BlockOutput> GetAsync(long pipelineRunId, string blockUuid, string outputName, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>Absolute path of its file.</summary>
    /// <exception cref="NotFoundException">The file is gone (retention, or deleted by hand).</exception>
    public string ResolvePath(BlockOutput output) => throw new NotImplementedException();

    /// <summary>The table of an output of kind <see cref="OutputKind.Table"/>; not loaded yet. The caller disposes it.</summary>
    public Table OpenTable(BlockOutput output) => throw new NotImplementedException();

    /// <summary>Profile of a table's columns; computed at first use and kept beside the file.</summary>
    public Task<TableProfile> ReadProfileAsync(BlockOutput output, CancellationToken cancellationToken) => throw new NotImplementedException();
}
