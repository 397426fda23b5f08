using System.Globalization;
using Microsoft.AspNetCore.Components;
using Mlops.Core;
using Mlops.Core.Runs;
using Mlops.Core.Triggers.Backfills;
using Mlops.Server.Components.Live;
using Mlops.Server.Components.Shared;

namespace Mlops.Server.Components.Pages.Backfills;

/// <summary>One backfill: its intervals as a matrix, and what can be done with all or some of them.</summary>
public sealed partial class BackfillPage(BackfillService service, ToastService toasts, NavigationManager navigation) : LoadingComponent
{
    /// <summary>About so many cells a page, in full rows.</summary>
    private const int CellsShown = 280;

    private Backfill? _backfill;
    private IReadOnlyList<BackfillCell> _cells = [];
    private (BackfillCell First, BackfillCell Last)? _chosen;
    private long _chosenCount;
    private ConfirmDialog? _confirm;

    [Parameter]
    public required string ProjectUuid { get; set; }

    [Parameter]
    public required string PipelineUuid { get; set; }

    [Parameter]
    public required long BackfillId { get; set; }

    /// <summary>Number of the first interval of the page.</summary>
    [SupplyParameterFromQuery(Name = "from")]
    private long? From { get; set; }

    private long Offset => Math.Max(0, From ?? 0);

    private bool IsRunning => _backfill?.Status == BackfillStatus.Running;

    private int PageSize => CellsShown / BackfillTexts.Columns(_backfill!.IntervalType) * BackfillTexts.Columns(_backfill.IntervalType);

    /// <inheritdoc/>
    protected override async Task LoadAsync(CancellationToken cancellationToken)
    {
        var backfill = await service.GetAsync(BackfillId, cancellationToken);
        if (backfill.ProjectUuid != ProjectUuid || backfill.PipelineUuid != PipelineUuid)
        {
            throw new NotFoundException(
                "backfill", BackfillId.ToString(CultureInfo.InvariantCulture), $"Backfill {BackfillId} belongs to {backfill.PipelineUuid} of {backfill.ProjectUuid}.");
        }

        var columns = BackfillTexts.Columns(backfill.IntervalType);
        _cells = await service.ListCellsAsync(BackfillId, Offset, CellsShown / columns * columns, cancellationToken);
        _backfill = backfill;
        if (_chosen is var (first, last))
        {
            // What is chosen is shown as its run stands now.
            _chosen = (_cells.FirstOrDefault(cell => cell.Instant == first.Instant) ?? first, _cells.FirstOrDefault(cell => cell.Instant == last.Instant) ?? last);
        }
    }

    /// <inheritdoc/>
    protected override void Follow() =>
        RefreshOnRuns(change => change.ProjectUuid == ProjectUuid && change.PipelineUuid == PipelineUuid && change.Kind == RunChangeKind.Status);

    private static DateTimeOffset ChosenEnd(Backfill backfill, BackfillCell last) => last.End is { } end && end < backfill.End ? end : backfill.End;

    private string LinkTo(long offset) =>
        navigation.GetUriWithQueryParameters(new Dictionary<string, object?> { ["from"] = offset == 0 ? null : offset });

    /// <summary>The first choice is one interval, the second all up to another one, the third begins anew.</summary>
    private void Choose(BackfillCell cell)
    {
        if (_chosen is var (first, last) && first == last && first != cell)
        {
            _chosen = cell.Instant < first.Instant ? (cell, first) : (first, cell);
            _chosenCount = _cells.Count(each => each.Instant >= _chosen.Value.First.Instant && each.Instant <= _chosen.Value.Last.Instant);
            return;
        }

        _chosen = _chosen is var (one, other) && one == other ? null : (cell, cell);
        _chosenCount = 1;
    }

    private BackfillRange? ChosenRange() => _chosen is var (first, last) && _backfill is { } backfill ? new BackfillRange(first.Instant, ChosenEnd(backfill, last)) : null;

    private Task StartChosenAsync() => IsRunning ? Task.CompletedTask : StartAsync(ChosenRange());

    private Task RetryChosenAsync() => RetryAsync(ChosenRange());

    private Task StartAsync(BackfillRange? range) => ActAsync("The backfill is not started", () => service.StartAsync(BackfillId, range, Disposed));

    private Task RetryAsync(BackfillRange? range) => ActAsync("Nothing is retried", () => service.RetryAsync(BackfillId, range, Disposed));

    private async Task CancelAsync()
    {
        var open = _backfill!.Runs.Initial + _backfill.Runs.Running;
        var text = $"No more runs are made{(open == 0 ? "" : $", and {Numbers.Count(open, "run")} will be stopped")}. Completed runs stay as they are.";
        if (await _confirm!.AskAsync($"Cancel {_backfill.Name}?", text, "Cancel backfill", "Keep running"))
        {
            await ActAsync("The backfill is not cancelled", () => service.CancelAsync(BackfillId, Disposed));
        }
    }

    private async Task DeleteAsync()
    {
        if (await _confirm!.AskAsync($"Delete {_backfill!.Name}?", "Its runs stay in the list of runs, but belong to no backfill any more.", "Delete backfill", "Keep it")
            && await toasts.TryAsync("The backfill is not deleted", () => service.DeleteAsync(BackfillId, Disposed)))
        {
            navigation.NavigateTo(Addresses.PipelineBackfills(ProjectUuid, PipelineUuid));
        }
    }

    private async Task ActAsync(string failure, Func<Task> act)
    {
        if (await toasts.TryAsync(failure, act))
        {
            _chosen = null;
        }

        await RefreshAsync();
    }
}
