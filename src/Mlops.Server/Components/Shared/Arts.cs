using Microsoft.AspNetCore.Components;

namespace Mlops.Server.Components.Shared;

/// <summary>Line drawings of empty states, 96 by 64.</summary>
internal static class Arts
{
    public static RenderFragment NoPipelines { get; } = Markup("""
        <rect x="3" y="22" width="22" height="20" rx="5" stroke-dasharray="3 3"/><rect x="37" y="6" width="22" height="20" rx="5"/>
        <rect x="37" y="38" width="22" height="20" rx="5" stroke-dasharray="3 3"/><rect x="71" y="22" width="22" height="20" rx="5" stroke-dasharray="3 3"/>
        <path d="M25 32c8 0 4-16 12-16M25 32c8 0 4 16 12 16M59 16c8 0 4 16 12 16M59 48c8 0 4-16 12-16"/><path d="M48 12v8M44 16h8"/>
        """);

    public static RenderFragment NoRuns { get; } = Markup("<path d=\"M4 56h88\"/>" + string.Concat(
        new[] { 12, 16, 12, 20, 12, 14, 28, 14, 12 }.Select((height, index) =>
            $"<rect x=\"{8 + (9 * index)}\" y=\"{56 - height}\" width=\"5\" height=\"{height}\" rx=\"1.5\" stroke-dasharray=\"2 2\"/>")));

    public static RenderFragment NoMatch { get; } = Markup(
        """<path d="M8 14h44M8 28h30M8 42h36" stroke-dasharray="3 3"/><circle cx="64" cy="32" r="14"/><path d="m74 42 12 12"/>""");

    public static RenderFragment NoTriggers { get; } = Markup(
        """<circle cx="48" cy="32" r="22" stroke-dasharray="3 3"/><path d="M48 18v14l9 6"/><path d="M10 32h8M78 32h8" stroke-dasharray="2 2"/>""");

    public static RenderFragment NoWorkers { get; } = Markup(
        """<rect x="14" y="8" width="68" height="20" rx="5" stroke-dasharray="3 3"/><rect x="14" y="36" width="68" height="20" rx="5" stroke-dasharray="3 3"/><path d="M24 18h6M24 46h6M60 18h12M60 46h12"/>""");

    public static RenderFragment NoSecrets { get; } = Markup(
        """<rect x="30" y="28" width="36" height="26" rx="5"/><path d="M38 28v-8a10 10 0 0 1 20 0v8" stroke-dasharray="3 3"/><path d="M48 38v7"/>""");

    public static RenderFragment NoApprovals { get; } = Markup(
        """<rect x="22" y="6" width="52" height="52" rx="8" stroke-dasharray="3 3"/><path d="m36 33 8 8 16-18"/>""");

    public static RenderFragment NoProducts { get; } = Markup(
        """<rect x="2" y="22" width="22" height="20" rx="5" stroke-dasharray="3 3"/><rect x="72" y="22" width="22" height="20" rx="5" stroke-dasharray="3 3"/><path d="m48 17 13 7v15l-13 7-13-7V24z"/><path d="m35 24 13 7 13-7M48 31v15"/><path d="M24 32h8M64 32h8" stroke-dasharray="2 2"/>""");

    public static RenderFragment NoVariables { get; } = Markup(
        """<rect x="10" y="10" width="76" height="16" rx="5" stroke-dasharray="3 3"/><rect x="10" y="38" width="76" height="16" rx="5" stroke-dasharray="3 3"/><path d="M20 18h14M46 18h28M20 46h14M46 46h18"/>""");

    private static RenderFragment Markup(string svg) => builder => builder.AddMarkupContent(0, svg);
}
