using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using Mlops.Core.Runs;

namespace Mlops.Server.Components.Shared.Graph;

/// <summary>
/// The blocks of a pipeline or of a run as a graph, from left to right, or from top to bottom where the frame is too narrow for that. Zoom, pan
/// and arrow keys are in <c>js/graph.js</c>; without script every node is still a link.
/// </summary>
public sealed partial class BlockGraphView
{
    /// <summary>Graphs of more blocks get a small map.</summary>
    private const int MapFrom = 12;

    private ElementReference _frame;
    private IJSObjectReference? _module;
    private IJSObjectReference? _view;
    private DotNetObjectReference<BlockGraphView>? _self;
    private GraphLayout _layout = GraphLayout.Create([], isVertical: false);
    private Dictionary<string, GraphKeys> _keys = [];
    private Dictionary<string, GraphBlock> _byUuid = [];
    private string _shape = "";
    private bool? _chosenVertical;
    private bool _isTooNarrow;

    /// <summary>The blocks; see <see cref="GraphBlock.Of(Core.Pipelines.Block)"/>.</summary>
    [Parameter, EditorRequired]
    public required IReadOnlyList<GraphBlock> Blocks { get; set; }

    /// <summary>Name of the graph for a screen reader.</summary>
    [Parameter, EditorRequired]
    public required string Label { get; set; }

    /// <summary>Address that a node leads to, by the block's uuid.</summary>
    [Parameter, EditorRequired]
    public required Func<string, string> LinkTo { get; set; }

    /// <summary>Uuid of the marked block; null for none.</summary>
    [Parameter]
    public string? SelectedUuid { get; set; }

    /// <summary>Takes the uuid of a clicked node instead of following its link; a click with Ctrl still opens the link.</summary>
    [Parameter]
    public EventCallback<string> OnSelect { get; set; }

    /// <summary>The block in the middle at first: a failed or running one, else the selected one.</summary>
    private string? FocusUuid =>
        (Blocks.FirstOrDefault(block => block.Status == BlockRunStatus.Failed) ?? Blocks.FirstOrDefault(block => block.Status == BlockRunStatus.Running))?.Uuid
        ?? SelectedUuid;

    protected override void OnParametersSet()
    {
        _byUuid = Blocks.DistinctBy(block => block.Uuid).ToDictionary(block => block.Uuid, StringComparer.Ordinal);
        var shape = string.Join('\n', Blocks.Select(block => $"{block.Uuid}\t{block.Name}\t{string.Join('\t', block.UpstreamBlocks)}"));
        if (shape != _shape)
        {
            _shape = shape;
            Lay();
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender)
        {
            return;
        }

        _module = await Js.InvokeAsync<IJSObjectReference>("import", "./js/graph.js");
        _self = DotNetObjectReference.Create(this);
        _view = await _module.InvokeAsync<IJSObjectReference?>("attach", _frame, _self);
    }

    /// <summary>Told by the browser at first and when the frame changes its width.</summary>
    [JSInvokable]
    public void SetFrameWidth(double width)
    {
        var isTooNarrow = width < GraphLayout.Create(Blocks, isVertical: false).Width && width >= GraphLayout.Create(Blocks, isVertical: true).Width;
        if (isTooNarrow != _isTooNarrow)
        {
            _isTooNarrow = isTooNarrow;
            Lay();
            StateHasChanged();
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_view is not null)
            {
                await _view.InvokeVoidAsync("dispose");
                await _view.DisposeAsync();
            }

            if (_module is not null)
            {
                await _module.DisposeAsync();
            }
        }
        catch (JSDisconnectedException)
        {
            // The page is gone, and its listeners with it.
        }

        _self?.Dispose();
    }

    private void Turn()
    {
        _chosenVertical = !_layout.IsVertical;
        Lay();
    }

    private void Lay()
    {
        _layout = GraphLayout.Create(Blocks, _chosenVertical ?? _isTooNarrow);
        _keys = GraphKeys.Of(_layout);
    }

    private string EdgeClass(GraphEdge edge) => $"graph-edge {EdgeState.ClassOf(_byUuid[edge.From].Status, _byUuid[edge.To].Status)}".TrimEnd();

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    private static string Pixels(double value) => Number(value) + "px";
}
