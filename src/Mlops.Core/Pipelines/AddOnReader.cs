using Mlops.Core.Yaml;

namespace Mlops.Core.Pipelines;

/// <summary>
/// Reads the blocks that are attached to others: <c>conditionals</c> and <c>callbacks</c> of a pipeline. Their <c>upstream_blocks</c> name the blocks that they
/// are attached to, as does Mage's <c>conditional_blocks</c> or <c>callback_blocks</c> of those blocks.
/// </summary>
/// <example>
/// <code>
/// conditionals:
/// - {uuid: is_weekday, type: conditional, language: csharp, upstream_blocks: [load_orders]}
/// </code>
/// </example>
/// <param name="blocks">The blocks of the pipeline with their nodes.</param>
/// <param name="read">Reads a block.</param>
/// <param name="error">Takes what is wrong, where, and the block concerned.</param>
internal sealed class AddOnReader(
    IReadOnlyList<(Block Block, YamlMap Node)> blocks, Func<YamlNode, (Block Block, YamlMap Node)?> read, Action<YamlNode, string, string> error)
{
    /// <summary>Reports add-ons that stand among the blocks, where they would guard and watch nothing.</summary>
    public void CheckPlaces()
    {
        foreach (var (block, node) in blocks.Where(pair => pair.Block.Type.Word is "conditional" or "callback"))
        {
            error(
                node, $"Block '{block.Uuid}' is a {block.Type.Word}, which is attached to other blocks and is none of the graph. Move it from blocks to {block.Type.Folder}.", block.Uuid);
        }
    }

    /// <summary>The add-ons of one kind, each with all blocks that it is attached to.</summary>
    /// <param name="map">The pipeline.</param>
    /// <param name="key">Their key, such as <c>callbacks</c>.</param>
    /// <param name="type">Word of their type, such as <c>callback</c>.</param>
    public IReadOnlyList<Block> Read(YamlMap map, string key, string type)
    {
        var found = new List<(Block Block, YamlMap Node)>();
        switch (map.Find(key))
        {
            case null or YamlScalar { IsNull: true }:
                break;
            case YamlList list:
                found.AddRange(list.Items.Select(read).OfType<(Block, YamlMap)>());
                break;
            case { } other:
                error(other, $"{key} must be a list of blocks, found {other.Kind}.", "");
                break;
        }

        var attached = AttachedByBlocks(type, found);
        return [.. found.Select(pair => Attach(pair.Block, pair.Node, type, attached[pair.Block.Uuid]))];
    }

    private Block Attach(Block addOn, YamlMap node, string type, IEnumerable<string> byBlocks)
    {
        if (addOn.Type.Word != type)
        {
            error(node.Find("type") ?? node, $"'{addOn.Uuid}' is listed as a {type}, but its type is {addOn.Type}. Write {type}.", addOn.Uuid);
        }

        foreach (var unknown in addOn.UpstreamBlocks.Where(uuid => !blocks.Any(pair => pair.Block.Uuid == uuid)))
        {
            error(
                node.Find("upstream_blocks")!, $"The {type} '{addOn.Uuid}' is attached to '{unknown}', but the pipeline has no block of that uuid. Correct or remove the name.", addOn.Uuid);
        }

        return addOn with { UpstreamBlocks = [.. addOn.UpstreamBlocks.Concat(byBlocks).Distinct(StringComparer.Ordinal)] };
    }

    /// <summary>Blocks by the uuids of the add-ons that they name.</summary>
    private ILookup<string, string> AttachedByBlocks(string type, List<(Block Block, YamlMap Node)> found)
    {
        var names = (
            from pair in blocks
            let list = pair.Node.Find($"{type}_blocks") as YamlList
            where list is not null
            from item in list.Items.OfType<YamlScalar>()
            select (pair.Block, Item: item)).ToList();
        foreach (var (block, item) in names.Where(name => !found.Any(pair => pair.Block.Uuid == name.Item.Text)))
        {
            error(
                item, $"Block '{block.Uuid}' names the {type} '{item.Text}', but the pipeline's {type}s have none of that uuid. Add it there, or remove the name.", block.Uuid);
        }

        return names.ToLookup(name => name.Item.Text, name => name.Block.Uuid, StringComparer.Ordinal);
    }
}
