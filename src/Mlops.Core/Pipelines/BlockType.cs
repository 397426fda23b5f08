namespace Mlops.Core.Pipelines;

/// <summary>A kind of block: its word on disk, its folder and its name for people. One static instance a kind.</summary>
/// <param name="Word">On disk and on the wire, such as <c>data_loader</c>.</param>
/// <param name="Folder">Folder of its files in a project.</param>
/// <param name="Label">For people, such as <c>Data loader</c>.</param>
/// <param name="Runs">Whether it takes part in pipeline runs.</param>
public sealed record BlockType(string Word, string Folder, string Label, bool Runs = true)
{
    /// <summary>All kinds by word, in the order in which menus show them.</summary>
    public static IReadOnlyList<BlockType> All { get; } =
    [
        new("data_loader", "data_loaders", "Data loader"),
        new("transformer", "transformers", "Transformer"),
        new("data_exporter", "data_exporters", "Data exporter"),
        new("trainer", "trainers", "Trainer"),
        new("sensor", "sensors", "Sensor"),
        new("custom", "custom", "Custom"),
        new("conditional", "conditionals", "Conditional"),
        new("callback", "callbacks", "Callback"),
        new("dbt", "dbt", "DBT model"),
        new("global_data_product", "global_data_products", "Global data product"),
        new("extension", "extensions", "Extension"),
        new("hook", "hooks", "Hook"),
        new("pipeline", "pipelines", "Pipeline"),
        new("dynamic_child", "dynamic_children", "Dynamic child"),
        new("group", "groups", "Group"),
        new("scratchpad", "scratchpads", "Scratchpad", Runs: false),
        new("markdown", "markdowns", "Markdown", Runs: false),
        new("chart", "charts", "Chart", Runs: false),
    ];

    private static readonly Dictionary<string, BlockType> ByWord = All.ToDictionary(type => type.Word, StringComparer.Ordinal);

    /// <summary>The kind named <paramref name="word"/>, or null.</summary>
    public static BlockType? Find(string word) => ByWord.GetValueOrDefault(word);

    /// <summary>
    /// The kind of a stored block run: also one that this version does not know, since another version wrote it. Such a run can be shown and ended; a block
    /// of it that is run fails in words.
    /// </summary>
    internal static BlockType OfStored(string word) => Find(word) ?? new BlockType(word, "", word, Runs: false);

    /// <inheritdoc/>
    public override string ToString() => Word;
}
