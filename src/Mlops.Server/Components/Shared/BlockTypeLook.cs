using Mlops.Core.Pipelines;

namespace Mlops.Server.Components.Shared;

/// <summary>Which icon and colour a block type has; types without their own look like custom blocks.</summary>
internal static class BlockTypeLook
{
    private static readonly HashSet<string> Drawn = new(StringComparer.Ordinal)
    {
        "data_loader", "transformer", "data_exporter", "trainer", "sensor", "custom", "conditional", "callback", "chart", "markdown",
    };

    /// <summary>Value of <c>data-block-type</c>, from which the styles take the colour.</summary>
    public static string WordOf(BlockType type) => type.Word switch
    {
        "dynamic_child" => "dynamic",
        var word => Drawn.Contains(word) ? word : "custom",
    };

    /// <summary>Name for <see cref="Icon"/>.</summary>
    public static string IconOf(BlockType type) => $"bt-{WordOf(type)}";
}
