namespace Mlops.Server.Components.Layout.Palette;

/// <summary>Something to jump to.</summary>
/// <param name="Group">Heading that it stands under.</param>
/// <param name="Name">Its name; what was searched for is marked in it.</param>
/// <param name="Detail">More about it in a few words.</param>
/// <param name="Href">Where it is.</param>
/// <param name="Icon">Icon of its kind.</param>
internal sealed record PaletteItem(string Group, string Name, string Detail, string Href, string Icon)
{
    /// <summary>Word of the block type that colours the icon; null for none.</summary>
    public string? BlockType { get; init; }

    /// <summary>Word of the status of its last run; null where it has none.</summary>
    public string? Status { get; init; }
}
