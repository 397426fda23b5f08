using System.Text.Json;
using Mlops.Core.Pipelines;

namespace Mlops.Server.Api.Mage;

/// <summary>Mage's envelope of a block.</summary>
internal sealed record MageBlockEnvelope(MageBlock Block);

/// <summary>Mage's envelope of blocks.</summary>
internal sealed record MageBlockList(IReadOnlyList<MageBlock> Blocks, MageMetadata Metadata);

/// <summary>A block in Mage's words.</summary>
internal sealed record MageBlock
{
    public required string Uuid { get; init; }

    public required string Name { get; init; }

    public required string Type { get; init; }

    public required string Language { get; init; }

    public string? Color { get; init; }

    public required IReadOnlyList<string> UpstreamBlocks { get; init; }

    public required IReadOnlyList<string> DownstreamBlocks { get; init; }

    public required IReadOnlyDictionary<string, JsonElement> Configuration { get; init; }

    /// <summary>Seconds that an attempt may take.</summary>
    public double? Timeout { get; init; }

    public string ExecutorType { get; } = "local";

    /// <summary>Text of its file; null where it was not asked for or there is none.</summary>
    public string? Content { get; init; }

    /// <summary>Some blocks of one pipeline.</summary>
    public static IReadOnlyList<MageBlock> From(IReadOnlyList<Block> blocks, bool withContent)
    {
        var downstream = blocks.SelectMany(block => block.UpstreamBlocks.Distinct(StringComparer.Ordinal), (block, upstream) => (upstream, block.Uuid))
            .ToLookup(edge => edge.upstream, edge => edge.Uuid, StringComparer.Ordinal);
        return [.. blocks.Select(block => new MageBlock
        {
            Uuid = block.Uuid,
            Name = block.Name,
            Type = block.Type.Word,
            Language = block.Language.Word,
            Color = block.Color,
            UpstreamBlocks = block.UpstreamBlocks,
            DownstreamBlocks = [.. downstream[block.Uuid]],
            Configuration = block.Configuration,
            Timeout = block.Timeout?.TotalSeconds,
            Content = withContent ? PipelineService.ReadCode(block) : null,
        })];
    }
}
