using System.Globalization;
using System.Text.Json;
using Mlops.Blocks.Errors;
using Mlops.Core.Runs;
using Mlops.Sdk.Tables;

namespace Mlops.Blocks.Values;

/// <summary>
/// The output of a dynamic block as a list of items. Its first output is the list, a table or JSON; a second one may name the items, as objects with a
/// <c>block_uuid</c>. Mage's form of both in one is read too: <c>[[1, 2], [{"block_uuid": "a"}, {"block_uuid": "b"}]]</c>.
/// </summary>
internal sealed class FanOutput(UpstreamOutputs outputs, RunMemory memory)
{
    /// <summary>A name for each item, in order: what the block calls it, else its place from 0.</summary>
    /// <exception cref="BlockFailedException">The output is no list, or the names do not fit it.</exception>
    public IReadOnlyList<string> ReadNames()
    {
        if (outputs.Outputs.Count == 0)
        {
            throw Failed("returned nothing");
        }

        var (list, rest) = (outputs.Outputs[0], outputs.Outputs.Skip(1).ToList());
        var (count, names) = list.Output.Kind switch
        {
            OutputKind.Table => (list.Output.RowCount ?? 0, NamesOf(rest)),
            OutputKind.Json => Read(ReadJson(list), rest),
            var other => throw Failed($"returned a {other.ToString().ToLowerInvariant()}"),
        };
        if (names is not null && names.Count != count)
        {
            throw Failed(string.Create(CultureInfo.InvariantCulture, $"returned {count:N0} items and {names.Count:N0} names for them"));
        }

        return names ?? [.. Enumerable.Range(0, (int)Math.Min(count, int.MaxValue)).Select(index => index.ToString(CultureInfo.InvariantCulture))];
    }

    /// <summary>An item of a list that is stored as JSON.</summary>
    public JsonElement ReadItem(int index)
    {
        var list = ReadJson(outputs.Outputs[0]);
        return (IsNested(list) && outputs.Outputs.Count == 1 ? list[0] : list)[index];
    }

    private (long Count, IReadOnlyList<string>? Names) Read(JsonElement list, List<StoredOutput> rest)
    {
        if (list.ValueKind != JsonValueKind.Array)
        {
            throw Failed($"returned {Names.Shorten(list)}");
        }

        return rest.Count == 0 && IsNested(list) ? (list[0].GetArrayLength(), NamesOf(list[1])) : (list.GetArrayLength(), NamesOf(rest));
    }

    private static bool IsNested(JsonElement list) =>
        list.ValueKind == JsonValueKind.Array && list.GetArrayLength() == 2 && list[0].ValueKind == JsonValueKind.Array
        && list[1].ValueKind == JsonValueKind.Array && list[1].EnumerateArray().All(item => FindName(item) is not null);

    private List<string>? NamesOf(List<StoredOutput> rest) => rest switch
    {
        [] => null,
        [{ Output.Kind: OutputKind.Json } json] => NamesOf(ReadJson(json)),
        [{ Output.Kind: OutputKind.Table } table] => NamesOf(ReadTable(table)),
        _ => throw Failed("returned more than a list and the names of its items"),
    };

    private List<string> NamesOf(JsonElement items)
    {
        if (items.ValueKind != JsonValueKind.Array)
        {
            throw Failed($"returned {Names.Shorten(items)} as the names of its items");
        }

        // Mage's metadata may leave single names out: such an item is called by its place.
        return [.. items.EnumerateArray().Select((item, index) => FindName(item) ?? index.ToString(CultureInfo.InvariantCulture))];
    }

    private static string? FindName(JsonElement item) =>
        item.ValueKind == JsonValueKind.Object
        && item.EnumerateObject().FirstOrDefault(property => Names.Normalize(property.Name) == "blockuuid") is { Value.ValueKind: JsonValueKind.String } found
            ? found.Value.GetString()
            : null;

    private JsonElement ReadTable(StoredOutput stored)
    {
        using var table = memory.OpenTable(PathOf(stored));
        return TableJson.ToElement(table);
    }

    private JsonElement ReadJson(StoredOutput stored)
    {
        using var document = stored.Output.Value is { } value ? JsonDocument.Parse(value) : JsonDocument.Parse(File.ReadAllBytes(PathOf(stored)));
        return document.RootElement.Clone();
    }

    private string PathOf(StoredOutput stored) => Path.Combine(outputs.Directory, stored.FileName);

    private BlockFailedException Failed(string what) => new(
        ErrorWords.Dynamic,
        $"Block '{outputs.BlockUuid}' is dynamic but {what}. Let it return a list, of which each item is one run of the blocks downstream; "
        + "names for them may come as a second list, of objects with a block_uuid.");
}
