using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace Mlops.Server.Components.Shared.Metrics;

/// <summary>Text in an SVG; a component because Razor keeps the element <c>text</c> for itself.</summary>
public sealed class ChartText : ComponentBase
{
    [Parameter, EditorRequired]
    public required double X { get; set; }

    [Parameter, EditorRequired]
    public required double Y { get; set; }

    [Parameter, EditorRequired]
    public required string Text { get; set; }

    /// <summary>Which part of the text is at <see cref="X"/>: <c>start</c>, <c>middle</c> or <c>end</c>.</summary>
    [Parameter]
    public string Anchor { get; set; } = "middle";

    /// <summary>Whether it reads from bottom to top.</summary>
    [Parameter]
    public bool IsTurned { get; set; }

    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        var (x, y) = (CurveChart.Text(X), CurveChart.Text(Y));
        builder.OpenElement(0, "text");
        builder.AddAttribute(1, "x", x);
        builder.AddAttribute(2, "y", y);
        builder.AddAttribute(3, "text-anchor", Anchor);
        builder.AddAttribute(4, "transform", IsTurned ? $"rotate(-90 {x} {y})" : null);
        builder.AddContent(5, Text);
        builder.CloseElement();
    }
}
