using System.Globalization;
using Mlops.Core.Runs;
using Mlops.Sdk;

namespace Mlops.Server.Api;

/// <summary>What is known of an output of a block run.</summary>
internal sealed record BlockOutputResource
{
    /// <summary>output_0, output_1, ... in the order of the returned values.</summary>
    /// <example>output_0</example>
    public required string Name { get; init; }

    /// <summary>How it is stored.</summary>
    public required OutputKind Kind { get; init; }

    /// <summary>Size of its file in bytes.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>SHA-256 of its file, lower-case hex.</summary>
    public required string Hash { get; init; }

    /// <summary>Rows of a table.</summary>
    public long? RowCount { get; init; }

    /// <summary>Columns of a table.</summary>
    public required IReadOnlyList<ColumnResource> Schema { get; init; }

    /// <summary>Figures of quality of a model.</summary>
    public required IReadOnlyList<Metric> Metrics { get; init; }

    /// <summary>Curves of quality of a model.</summary>
    public required IReadOnlyList<Curve> Curves { get; init; }

    /// <summary>Address of its content.</summary>
    public required string Url { get; init; }

    public static BlockOutputResource From(BlockOutput output, BlockRun run) => new()
    {
        Name = output.Name,
        Kind = output.Kind,
        SizeBytes = output.SizeBytes,
        Hash = output.Hash,
        RowCount = output.RowCount,
        Schema = [.. output.Columns.Select(ColumnResource.From)],
        Metrics = output.Metrics,
        Curves = output.Curves,
        Url = string.Create(
            CultureInfo.InvariantCulture,
            $"/api/pipeline_runs/{run.PipelineRunId}/blocks/{Uri.EscapeDataString(run.BlockUuid)}/outputs/{Uri.EscapeDataString(output.Name)}"),
    };
}

/// <summary>A column of a table.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type in words, such as int64.</param>
/// <param name="Nullable">Whether it may hold missing values.</param>
internal sealed record ColumnResource(string Name, string Type, bool Nullable)
{
    public static ColumnResource From(OutputColumn column) => new(column.Name, column.Type, column.Nullable);
}
