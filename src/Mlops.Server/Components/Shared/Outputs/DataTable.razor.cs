using System.Globalization;
using Microsoft.AspNetCore.Components;
using Mlops.Core;
using Mlops.Core.Runs;
using Mlops.Core.Runs.Outputs;
using Mlops.Sdk;
using Mlops.Server.Api.Outputs;

namespace Mlops.Server.Components.Shared.Outputs;

/// <summary>A page of a stored table. Reads the rows in sight only; the profile of the columns may come after them.</summary>
public sealed partial class DataTable : IDisposable
{
    /// <summary>The first paint does not wait longer for figures of the columns.</summary>
    private static readonly TimeSpan ProfileInFirstPaint = TimeSpan.FromMilliseconds(300);

    private readonly CancellationTokenSource _gone = new();
    private string? _shown;
    private long _offset;
    private DataPage? _page;
    private TableProfile? _profile;
    private string? _missing;
    private string? _unprofiled;

    [Inject]
    public required BlockOutputStore Store { get; set; }

    [Inject]
    public required TimeProvider Time { get; set; }

    /// <summary>An output of kind <see cref="OutputKind.Table"/>.</summary>
    [Parameter, EditorRequired]
    public required BlockOutput Output { get; set; }

    /// <summary>Name of the table for a screen reader.</summary>
    [Parameter, EditorRequired]
    public required string Label { get; set; }

    /// <summary>Row from 1 to begin with; it is marked. Null begins with the first.</summary>
    [Parameter]
    public long? Row { get; set; }

    /// <summary>Told the first row in sight, from 1, after a person moved.</summary>
    [Parameter]
    public EventCallback<long> OnMoved { get; set; }

    private long RowCount => Output.RowCount ?? 0;

    private string Range => _page is not { Rows.Count: > 0 } page
        ? Numbers.Count(RowCount, "row")
        : $"Rows {Numbers.Text(page.Offset + 1)} to {Numbers.Text(page.Offset + page.Rows.Count)} of {Numbers.Text(RowCount)}";

    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
    }

    protected override async Task OnParametersSetAsync()
    {
        if (_shown == Output.Path)
        {
            return;
        }

        _shown = Output.Path;
        (_page, _profile, _missing, _unprofiled) = (null, null, null, null);
        _offset = DataPage.OffsetOf(Row ?? 1, RowCount);
        await ReadAsync();
        if (_missing is null)
        {
            await ProfileAsync(Output);
        }
    }

    private async Task ReadAsync()
    {
        var (output, offset) = (Output, _offset);
        try
        {
            await Store.FetchAsync(output, _gone.Token);
            var page = await Task.Run(() => DataPage.Read(Store, output, offset), _gone.Token);
            if (output.Path == _shown && offset == _offset)
            {
                _page = page;
            }
        }
        catch (Exception exception) when (exception is NotFoundException or DamagedOutputException or OutputStorageException)
        {
            // Files go by retention or by hand while their run is still listed; disks fail, and stores are away.
            _missing = exception.Message;
        }
        catch (OperationCanceledException) when (_gone.IsCancellationRequested)
        {
            // The page was left meanwhile.
        }
    }

    private async Task ProfileAsync(BlockOutput output)
    {
        var reading = Store.ReadProfileAsync(output, _gone.Token);
        if (!RendererInfo.IsInteractive)
        {
            await Task.WhenAny(reading, Task.Delay(ProfileInFirstPaint, Time, _gone.Token));
            if (!reading.IsCompletedSuccessfully)
            {
                return;
            }
        }

        try
        {
            var profile = await reading;
            if (output.Path == _shown)
            {
                _profile = profile;
            }
        }
        catch (TableFormatException exception)
        {
            // The rows in sight may be sound while others are not.
            _unprofiled = new DamagedOutputException(output, exception).Message;
        }
        catch (Exception gone) when (gone is NotFoundException or OutputStorageException)
        {
            // The run was removed between its rows and their profile.
            _missing = gone.Message;
        }
        catch (OperationCanceledException) when (_gone.IsCancellationRequested)
        {
            // The page was left meanwhile.
        }
    }

    private Task GoToAsync(ChangeEventArgs change)
    {
        var text = change.Value?.ToString()?.Replace(",", "", StringComparison.Ordinal);
        return long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var row) ? MoveAsync(DataPage.OffsetOf(row, RowCount)) : Task.CompletedTask;
    }

    private async Task MoveAsync(long offset)
    {
        var to = Math.Max(0, offset);
        if (to >= RowCount || to == _offset)
        {
            return;
        }

        _offset = to;
        await ReadAsync();
        await OnMoved.InvokeAsync(to + 1);
    }

    private string CellClass(int column, string? cell) =>
        $"{(ColumnKind.Of(Output.Columns[column].Type).IsNumber ? "num" : "")}{(cell is null ? " cell-null" : "")}".TrimStart();

    private static string? Off(bool isOff) => isOff ? "true" : null;
}
