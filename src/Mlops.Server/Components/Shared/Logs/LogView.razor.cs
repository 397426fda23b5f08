using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web.Virtualization;
using Microsoft.JSInterop;
using Mlops.Core;
using Mlops.Core.Database;
using Mlops.Core.Runs;
using Mlops.Server.Components.Live;

namespace Mlops.Server.Components.Shared.Logs;

/// <summary>The log of a run, live: only the lines in sight are read and drawn. Filter and line live in the address.</summary>
public sealed partial class LogView : IAsyncDisposable
{
    /// <summary>Wrapped lines have different heights; up to here a guessed scroll position does no harm.</summary>
    private const long MostWrapped = 5_000;

    private static readonly RunLogLevel?[] Levels = [null, RunLogLevel.Info, RunLogLevel.Warning, RunLogLevel.Error];

    private readonly CancellationTokenSource _gone = new();
    private ElementReference _frame;
    private Virtualize<RunLogLine>? _lines;
    private IJSObjectReference? _module;
    private IJSObjectReference? _scroller;
    private DotNetObjectReference<LogView>? _self;
    private IDisposable? _feed;
    private IDisposable? _afterOutage;
    private CancellationTokenSource? _typing;
    private IReadOnlyList<RunLogLine> _firstLines = [];
    private LogCounts _counts = LogCounts.None;
    private string? _text;
    private RunLogLevel? _level;
    private string? _block;
    private long? _line;
    private long _fitting;
    private long _total;
    private long _seen;
    private string? _lastError;
    private long? _errors;
    private TimeZoneInfo _zone = TimeZoneInfo.Utc;
    private int _generation;
    private bool _wantsWrap = true;
    private bool _isFollowing;
    private bool _scrollsToEnd;

    [Inject]
    public required RunLogStore Store { get; set; }

    [Inject]
    private LiveFeed Feed { get; set; } = null!;

    [Inject]
    private AddressQuery Address { get; set; } = null!;

    [Inject]
    public required TimeProvider Time { get; set; }

    [Inject]
    public required IJSRuntime Js { get; set; }

    [Inject]
    public required NavigationManager Navigation { get; set; }

    [Parameter, EditorRequired]
    public required long RunId { get; set; }

    /// <summary>The blocks that lines may come from.</summary>
    [Parameter, EditorRequired]
    public required IReadOnlyList<BlockRun> Blocks { get; set; }

    /// <summary>Whether no more lines are to be expected; a log that still grows is followed from the start.</summary>
    [Parameter, EditorRequired]
    public required bool IsFinal { get; set; }

    [SupplyParameterFromQuery(Name = "find")]
    public string? QueryText { get; set; }

    [SupplyParameterFromQuery(Name = "level")]
    public string? QueryLevel { get; set; }

    [SupplyParameterFromQuery(Name = "log_block")]
    public string? QueryBlock { get; set; }

    [SupplyParameterFromQuery(Name = "line")]
    public long? QueryLine { get; set; }

    private RunLogFilter Filter => new(_block, _level, string.IsNullOrWhiteSpace(_text) ? null : _text);

    private int Digits => Math.Max(_fitting, _total).ToString(CultureInfo.InvariantCulture).Length;

    private bool CanWrap => _fitting <= MostWrapped;

    private bool IsWrapped => _wantsWrap && CanWrap;

    private string WrapTitle => CanWrap ? "Wrap lines" : $"More than {Numbers.Text(MostWrapped)} lines are not wrapped: filter them first";

    private string EmptyText => Filter == new RunLogFilter()
        ? IsFinal ? "This run wrote no lines" : "No lines yet"
        : "No line fits. Clear the search, the level or the block to see the others";

    protected override async Task OnInitializedAsync()
    {
        (_text, _level, _block, _line) = (QueryText, LogLevelNames.Parse(QueryLevel), QueryBlock, QueryLine);
        _isFollowing = !IsFinal && _line is null;
        await CountAsync();
        _seen = _fitting;
        if (!RendererInfo.IsInteractive)
        {
            var from = _line is { } line ? Math.Max(0, line - 10) : _isFollowing ? Math.Max(0, _fitting - 40) : 0;
            _firstLines = await Store.ReadWindowAsync(RunId, Filter, from, 40, _gone.Token);
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            _feed = Feed.OnRuns(change => change.PipelineRunId == RunId && change.Kind == RunChangeKind.Log, () => InvokeAsync(RefreshLiveAsync));
            _afterOutage = Feed.OnDatabaseBack(() => InvokeAsync(RefreshLiveAsync));
            _module = await Js.InvokeAsync<IJSObjectReference>("import", "./js/log.js");
            _self = DotNetObjectReference.Create(this);
            _scroller = await _module.InvokeAsync<IJSObjectReference?>("attach", _frame, _self);
            if (_scroller is null)
            {
                return;
            }

            _zone = TimeZoneInfo.TryFindSystemTimeZoneById(await _module.InvokeAsync<string>("timeZone"), out var zone) ? zone : TimeZoneInfo.Utc;
            await RefreshAsync();
            if (_line is { } line)
            {
                await _scroller.InvokeVoidAsync("showLine", line);
            }
        }

        if (_scrollsToEnd && _scroller is not null)
        {
            _scrollsToEnd = false;
            await _scroller.InvokeVoidAsync("scrollToEnd");
        }
    }

    /// <summary>Told by the browser when a person scrolls up.</summary>
    [JSInvokable]
    public void StopFollowing()
    {
        (_isFollowing, _seen) = (false, _fitting);
        StateHasChanged();
    }

    public async ValueTask DisposeAsync()
    {
        _feed?.Dispose();
        _afterOutage?.Dispose();
        await _gone.CancelAsync();
        _typing?.Dispose();
        try
        {
            if (_scroller is not null)
            {
                await _scroller.InvokeVoidAsync("dispose");
                await _scroller.DisposeAsync();
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
        _gone.Dispose();
    }

    private async ValueTask<ItemsProviderResult<RunLogLine>> ReadAsync(ItemsProviderRequest request)
    {
        try
        {
            var lines = await Store.ReadWindowAsync(RunId, Filter, request.StartIndex, Math.Clamp(request.Count, 1, 5_000), request.CancellationToken);
            return new(lines, (int)Math.Max(_fitting, request.StartIndex + lines.Count));
        }
        catch (NotFoundException)
        {
            return new([], 0); // Retention removed the run; the page around this says so.
        }
        catch (Exception exception) when (DatabaseHealth.IsAway(exception))
        {
            // The notice on every page says so; the lines are read when the database is back.
            return new([], (int)_fitting);
        }
    }

    private async Task RefreshLiveAsync()
    {
        try
        {
            await RefreshAsync();
        }
        catch (OperationCanceledException) when (_gone.IsCancellationRequested)
        {
            // The page was left meanwhile.
        }
        catch (Exception exception)
        {
            // Nobody awaits a refresh: a bug must reach the renderer all the same.
            await DispatchExceptionAsync(exception);
        }
    }

    private async Task RefreshAsync()
    {
        try
        {
            await CountAsync();
            await ReadErrorAsync();
        }
        catch (Exception exception) when (DatabaseHealth.IsAway(exception))
        {
            return; // What was read before stays; it is read again when the database is back.
        }

        if (_isFollowing)
        {
            (_seen, _scrollsToEnd) = (_fitting, true);
        }

        await RedrawAsync();
    }

    private async Task RedrawAsync()
    {
        if (_lines is not null)
        {
            await _lines.RefreshDataAsync();
        }

        StateHasChanged();
    }

    /// <summary>Other lines: the list of before, with its scroll position, is let go.</summary>
    private async Task BeginAnewAsync()
    {
        _generation++;
        await RefreshAsync();
        _seen = _fitting;
    }

    private async Task CountAsync()
    {
        try
        {
            _counts = new LogCounts(await Store.CountAsync(RunId, Filter, _gone.Token));
        }
        catch (NotFoundException)
        {
            // Retention removed the run; the page around this says so.
            _counts = LogCounts.None;
        }

        _fitting = _counts.From(_level);
        _total = Math.Max(_total, _fitting);
    }

    /// <summary>Errors that come while one looks on are read aloud; the other lines are not.</summary>
    private async Task ReadErrorAsync()
    {
        var errors = _counts.From(RunLogLevel.Error);
        if (errors > _errors)
        {
            var last = await Store.ReadWindowAsync(RunId, Filter with { MinimumLevel = RunLogLevel.Error }, errors - 1, 1, _gone.Token);
            _lastError = last.Count == 0 ? null : LogText.Clean(last[0].Text);
        }

        _errors = errors;
    }

    private async Task TypeAsync(string? text)
    {
        _typing?.Dispose();
        _typing = CancellationTokenSource.CreateLinkedTokenSource(_gone.Token);
        _text = text;
        try
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200), Time, _typing.Token);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        await FilterAsync();
    }

    private Task SetLevelAsync(RunLogLevel? level)
    {
        _level = level;
        return FilterAsync();
    }

    private Task SetBlockAsync(ChangeEventArgs change)
    {
        _block = change.Value?.ToString() is { Length: > 0 } uuid ? uuid : null;
        return FilterAsync();
    }

    private async Task FilterAsync()
    {
        (_line, _errors) = (null, null);
        await BeginAnewAsync();
        await WriteAddressAsync();
    }

    private async Task ToggleFollowAsync()
    {
        _isFollowing = !_isFollowing;
        (_seen, _scrollsToEnd) = (_fitting, _isFollowing);
        await RedrawAsync();
    }

    /// <summary>Shows a line among all others: the filter goes, following ends.</summary>
    private async Task ShowLineAsync(long number)
    {
        (_text, _level, _block, _line, _isFollowing) = (null, null, null, number, false);
        await BeginAnewAsync();
        await WriteAddressAsync();
        if (_scroller is not null)
        {
            await _scroller.InvokeVoidAsync("showLine", number);
        }
    }

    private Task WriteAddressAsync() => Address.SetAsync(new Dictionary<string, object?>
    {
        ["find"] = Filter.Text,
        ["level"] = _level is { } level ? LogLevelNames.Word(level) : null,
        ["log_block"] = _block,
        ["line"] = _line,
    });

    private string LinkToLine(long number) => Navigation.GetUriWithQueryParameters(
        new Dictionary<string, object?> { ["line"] = number, ["find"] = null, ["level"] = null, ["log_block"] = null });

    private BlockRun? BlockOf(RunLogLine line) => line.BlockUuid is null ? null : Blocks.FirstOrDefault(block => block.BlockUuid == line.BlockUuid);

    private string LocalTime(DateTimeOffset at) =>
        TimeZoneInfo.ConvertTime(at, _zone).ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);

    private static string Pressed(bool isPressed) => isPressed ? "true" : "false";

}
