using System.Text.Json;

namespace Mlops.Core.Pipelines;

/// <summary>A block to be added to a pipeline.</summary>
/// <param name="Name">For people; its uuid is made of it, such as <c>check_fares</c> of <c>Check fares</c>.</param>
/// <param name="Type">Its type.</param>
/// <param name="Language">What its file is written in.</param>
public sealed record NewBlock(string Name, BlockType Type, BlockLanguage Language)
{
    /// <summary>Blocks whose outputs it takes, in the order of its parameters; of a condition or a callback those that it is attached to.</summary>
    public IReadOnlyList<string> UpstreamBlocks { get; init; } = [];

    /// <summary>Its <c>configuration</c>; empty for none.</summary>
    public IReadOnlyDictionary<string, JsonElement> Configuration { get; init; } = new Dictionary<string, JsonElement>();

    /// <summary>What its file begins with; null for a block that has none.</summary>
    public string? Code { get; init; }

    /// <summary>Its uuid: letters, digits and underscores, all small.</summary>
    public string Uuid => string.Join('_', Words(Name));

    /// <summary>The words of a name or uuid, in small letters.</summary>
    public static IReadOnlyList<string> Words(string name) =>
        string.Concat(name.Select(sign => char.IsLetterOrDigit(sign) ? char.ToLowerInvariant(sign) : ' ')).Split(' ', StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>A block that was added.</summary>
/// <param name="Block">The block.</param>
/// <param name="Pipeline">Its pipeline, as it is now.</param>
/// <param name="IsFileNew">Whether its file was made; false where it was there, or there is none.</param>
public sealed record AddedBlock(Block Block, Pipeline Pipeline, bool IsFileNew);
