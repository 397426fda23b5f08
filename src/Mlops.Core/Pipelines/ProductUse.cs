using Mlops.Core.Projects.Products;
using Mlops.Core.Yaml;

namespace Mlops.Core.Pipelines;

/// <summary>That a block gives the outputs of a global data product: <c>type: global_data_product</c> with <c>configuration.global_data_product</c>.</summary>
/// <param name="ProjectUuid">The project whose file has the product; null for the block's own.</param>
/// <param name="ProductUuid">The product.</param>
/// <param name="Settings">What goes before the product's own settings.</param>
public sealed record ProductUse(string? ProjectUuid, string ProductUuid, ProductSettings Settings)
{
    /// <summary>Reads what a block of the type says; one that says nothing uses the product that is called as the block is.</summary>
    /// <returns>Null for blocks of other types, and where what stands there is wrong.</returns>
    internal static ProductUse? Read(YamlMap block, string uuid, BlockType type, Action<YamlNode, string> error)
    {
        if (type.Word != "global_data_product")
        {
            return null;
        }

        switch ((block.Find("configuration") as YamlMap)?.Find("global_data_product"))
        {
            case null or YamlScalar { IsNull: true }:
                return new ProductUse(null, uuid, new ProductSettings());
            case YamlMap map:
                return new ProductUse(map.FindText("project"), map.FindText("uuid") ?? uuid, new ProductSettingsReader(error).Read(map));
            case { } other:
                error(other, $"configuration.global_data_product of block '{uuid}' must be a mapping with uuid; found {other.Kind}.");
                return null;
        }
    }
}
