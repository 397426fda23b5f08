using Microsoft.AspNetCore.Components;

namespace Mlops.Server.Components.Live;

/// <summary>
/// Marks controls that need the live page. A page is painted before its connection is up: early.js keeps what is done to a marked control until
/// then and does it to the live one of the same name.
/// </summary>
internal static class Early
{
    /// <summary>Attributes of the control.</summary>
    /// <param name="renderer">The component's own.</param>
    /// <param name="name">Unique on the page.</param>
    public static IReadOnlyDictionary<string, object> Mark(RendererInfo renderer, string name) =>
        new Dictionary<string, object>(1) { [renderer.IsInteractive ? "data-live" : "data-early"] = name };
}
