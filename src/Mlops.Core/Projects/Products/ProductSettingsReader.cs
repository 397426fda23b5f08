using System.Globalization;
using Mlops.Core.Yaml;

namespace Mlops.Core.Projects.Products;

/// <summary>Reads what products, and blocks that use them, say in Mage's words. Whatever is wrong is reported with its place, and then not there.</summary>
/// <param name="error">Takes what is wrong and where.</param>
internal sealed class ProductSettingsReader(Action<YamlNode, string> error)
{
    private const int MaxPartitions = 1_000;
    private const double MaxSeconds = 100.0 * 366 * 24 * 60 * 60;

    /// <summary>An entry of the file; null where it cannot be used.</summary>
    public GlobalDataProduct? ReadProduct(string uuid, YamlNode node)
    {
        if (node is not YamlMap map)
        {
            error(node, $"Product '{uuid}' must be a mapping with object_type and object_uuid, found {node.Kind}.");
            return null;
        }

        if (map.FindText("object_uuid") is not { } pipeline)
        {
            error(map, $"Product '{uuid}' has no object_uuid. Write the uuid of the pipeline that makes it.");
            return null;
        }

        if (map.FindText("object_type") is not (null or "pipeline") and var type)
        {
            error(map.Find("object_type")!, $"Product '{uuid}' has the object_type '{type}'. Only products of pipelines are made; write pipeline.");
            return null;
        }

        return new GlobalDataProduct(uuid, pipeline) { ProjectUuid = map.FindText("project"), Settings = Read(map) };
    }

    /// <summary>The settings of a product or of a block that uses it.</summary>
    public ProductSettings Read(YamlMap map) => new(ReadAfter(map), ReadStartingAt(map), ReadBlocks(map));

    private OutdatedAfter? ReadAfter(YamlMap map)
    {
        if (Section(map, "outdated_after") is not { } section)
        {
            return null;
        }

        Known(section, ["seconds", "weeks", "months", "years"]);
        var after = new OutdatedAfter(
            Number(section, "seconds", MaxSeconds), (int)Number(section, "weeks", 5_200), (int)Number(section, "months", 1_200), (int)Number(section, "years", 100));
        return after == new OutdatedAfter() ? null : after;
    }

    private OutdatedStartingAt? ReadStartingAt(YamlMap map)
    {
        if (Section(map, "outdated_starting_at") is not { } section)
        {
            return null;
        }

        Known(section, OutdatedStartingAt.Words);
        var parts = section.Entries.Where(entry => OutdatedStartingAt.Words.Contains(entry.Key.Text) && entry.Value is not YamlScalar { IsNull: true })
            .ToDictionary(entry => entry.Key.Text, entry => (int)Number(section, entry.Key.Text, 366), StringComparer.Ordinal);
        return parts.Count == 0 ? null : new OutdatedStartingAt(parts);
    }

    private IReadOnlyList<ProductBlock>? ReadBlocks(YamlMap map)
    {
        if (Section(map, "settings") is not { Entries.Count: > 0 } section)
        {
            return null;
        }

        return [.. section.Entries.Select(entry => new ProductBlock(
            entry.Key.Text, entry.Value is YamlMap block && block.Find("partitions") is not (null or YamlScalar { IsNull: true }) ? (int)Number(block, "partitions", MaxPartitions) : 1))];
    }

    private YamlMap? Section(YamlMap map, string key)
    {
        var node = map.Find(key);
        if (node is not (null or YamlMap or YamlScalar { IsNull: true }))
        {
            error(node, $"{key} must be a mapping, found {node.Kind}.");
        }

        return node as YamlMap;
    }

    private void Known(YamlMap section, IEnumerable<string> keys)
    {
        foreach (var key in section.Entries.Select(entry => entry.Key).Where(key => !keys.Contains(key.Text, StringComparer.Ordinal)))
        {
            error(key, $"'{key.Text}' is not known here. Write one of {string.Join(", ", keys)}.");
        }
    }

    private double Number(YamlMap map, string key, double most)
    {
        if (map.Find(key) is not { } node || node is YamlScalar { IsNull: true })
        {
            return 0;
        }

        if (node is YamlScalar scalar && double.TryParse(scalar.Text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
            && value <= most && (key == "seconds" || value == Math.Floor(value)))
        {
            return value;
        }

        error(node, string.Create(CultureInfo.InvariantCulture, $"{key} must be a {(key == "seconds" ? "" : "whole ")}number from 0 to {most:0}, found {node.Kind}."));
        return 0;
    }
}
