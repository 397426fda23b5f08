using System.Globalization;

namespace Mlops.Core.Runs;

/// <summary>The names of the items of a dynamic block, which become parts of the uuids of block runs and of paths.</summary>
internal static class FanNames
{
    /// <summary>Children of one block: bounds what a run costs to plan and to show.</summary>
    public const int MaxChildren = 10_000;

    private const int MaxLength = 100;

    /// <summary>Makes the names fit for uuids, or says why the block fails.</summary>
    /// <param name="blockUuid">The dynamic block.</param>
    /// <param name="items">What its runner said: a name for each item, in order; null where it did not say.</param>
    public static (IReadOnlyList<string> Names, BlockError? Error) Clean(string blockUuid, IReadOnlyList<string>? items)
    {
        if (items is null)
        {
            return ([], Error($"Block '{blockUuid}' is dynamic, but its runner did not say what its items are. Blocks of this language cannot be dynamic."));
        }

        if (items.Count > MaxChildren)
        {
            return ([], Error(string.Create(CultureInfo.InvariantCulture, $"Block '{blockUuid}' returned {items.Count:N0} items; at most {MaxChildren:N0} blocks are run for them. Let each item stand for more work.")));
        }

        var names = items.Select(Clean).ToList();
        var twice = names.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1)?.Key;
        return twice is null ? (names, null) : ([], Error($"Block '{blockUuid}' names two items '{twice}'. Give each item a block_uuid of its own, of letters, digits, '_' and '-'."));
    }

    /// <summary>Why a block has too many children.</summary>
    public static BlockError TooMany(string blockUuid) => Error(string.Create(
        CultureInfo.InvariantCulture, $"Block '{blockUuid}' would be run more than {MaxChildren:N0} times, once for every combination of the items before it. Let items stand for more work, or gather with reduce_output."));

    private static string Clean(string name)
    {
        var cleaned = string.Concat(name.Select(letter => char.IsLetterOrDigit(letter) || letter is '_' or '-' ? letter : '_'));
        return cleaned.Length <= MaxLength ? cleaned : cleaned[..MaxLength];
    }

    private static BlockError Error(string message) => new("dynamic_output", message);
}
