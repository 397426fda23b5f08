using System.Globalization;
using Microsoft.AspNetCore.Components;
using Mlops.Core;
using Mlops.Core.Runs;
using Mlops.Core.Runs.Approvals;
using Mlops.Server.Components.Live;
using Mlops.Server.Components.Shared;
using Mlops.Server.Components.Shared.Gantt;
using Mlops.Server.Components.Shared.Graph;

namespace Mlops.Server.Components.Pages.Runs;

/// <summary>One run, live: graph, block runs over time, log and outputs. Block, output and row are in the address.</summary>
public sealed partial class RunPage
{
    /// <summary>So many earlier runs tell how long blocks usually take.</summary>
    private const int RunsForUsual = 10;

    /// <summary>So many failed blocks get a panel of their own.</summary>
    private const int MostExplained = 3;

    private PipelineRun? _run;
    private IReadOnlyDictionary<string, TimeSpan> _usual = new Dictionary<string, TimeSpan>();
    private IReadOnlyList<BlockApproval> _approvals = [];
    private (BlockApproval Approval, bool IsApproval)? _chosen;
    private ConfirmDialog? _confirm;
    private long? _usualOf;
    private string? _block;
    private string? _output;
    private long? _row;

    [Inject]
    public required PipelineRunService Service { get; set; }

    [Inject]
    public required ApprovalService ApprovalList { get; set; }

    [Inject]
    public required NavigationManager Navigation { get; set; }

    [Inject]
    public required ToastService Toasts { get; set; }

    [Inject]
    private AddressQuery Address { get; set; } = null!;

    [Parameter]
    public required string ProjectUuid { get; set; }

    /// <summary>Null in the short address without pipeline.</summary>
    [Parameter]
    public string? PipelineUuid { get; set; }

    [Parameter]
    public long RunId { get; set; }

    [SupplyParameterFromQuery(Name = "block")]
    public string? QueryBlock { get; set; }

    [SupplyParameterFromQuery(Name = "output")]
    public string? QueryOutput { get; set; }

    [SupplyParameterFromQuery(Name = "row")]
    public long? QueryRow { get; set; }

    private string Title => $"Run #{RunId}{(_run is null ? "" : $" of {_run.PipelineUuid}")} · mlops";

    protected override void OnParametersSet() => (_block, _output, _row) = (QueryBlock, QueryOutput, QueryRow);

    protected override void Follow() => RefreshOnRuns(change => change.PipelineRunId == RunId && change.Kind == RunChangeKind.Status);

    protected override async Task LoadAsync(CancellationToken cancellationToken)
    {
        var run = await Service.GetAsync(RunId, cancellationToken);
        if (run.ProjectUuid != ProjectUuid || (PipelineUuid is not null && run.PipelineUuid != PipelineUuid))
        {
            throw new NotFoundException(
                "pipeline_run", RunId.ToString(CultureInfo.InvariantCulture), $"Run #{RunId} belongs to {run.PipelineUuid} of {run.ProjectUuid}.");
        }

        if (!run.Status.IsFinal() && _usualOf != run.Id)
        {
            _usualOf = run.Id;
            var before = new PipelineRunFilter(run.ProjectUuid, run.PipelineUuid, RunStatus.Completed, run.Id, RunsForUsual);
            _usual = UsualDurations.Of((await Service.ListAsync(before, cancellationToken)).Runs);
        }

        _approvals = await ListApprovalsAsync(run, cancellationToken);
        _chosen = _chosen is { } chosen && _approvals.FirstOrDefault(approval => approval.Id == chosen.Approval.Id) is { } now ? (now, chosen.IsApproval) : null;
        _run = run;
    }

    /// <summary>The latest of each block, since a run that is retried asks again; in the order of the blocks.</summary>
    private async Task<IReadOnlyList<BlockApproval>> ListApprovalsAsync(PipelineRun run, CancellationToken cancellationToken)
    {
        if (run.BlockRuns.All(block => block.Terms.Approval is null))
        {
            return [];
        }

        var latest = (await ApprovalList.ListAsync(new ApprovalFilter(PipelineRunId: run.Id), cancellationToken)).DistinctBy(approval => approval.BlockRunId);
        return [.. latest.OrderBy(approval => approval.BlockRunId)];
    }

    /// <summary>Then the approvals say all that there is to say.</summary>
    private bool WaitsForPeopleOnly(PipelineRun run) =>
        run.BlockRuns.Count(block => block is { Status: BlockRunStatus.Initial, NextAttemptAt: not null }) is > 0 and var waiting
        && waiting == run.BlockRuns.Count(block => block.WaitsForApproval)
        && waiting == _approvals.Count(approval => approval.Status == ApprovalStatus.Open);

    private IReadOnlyList<GraphBlock> Blocks(PipelineRun run, DateTimeOffset now) =>
        [.. FannedBlocks.Folded(run.BlockRuns).Select(block => GraphBlock.Of(
            block, run.BlockRuns, now, _usual.TryGetValue(block.BlockUuid, out var usual) ? usual : null))];

    /// <summary>The chosen block first; no more than fit in front of the graph.</summary>
    private IReadOnlyList<BlockRun> ExplainedFailures(PipelineRun run) =>
        [.. run.BlockRuns.Where(block => block.Status == BlockRunStatus.Failed).OrderBy(block => block.BlockUuid == _block ? 0 : 1).Take(MostExplained)];

    private static int OtherFailures(PipelineRun run) => run.BlockRuns.Count(block => block.Status == BlockRunStatus.Failed) - MostExplained;

    /// <summary>The block in the graph that is chosen, or that stands for the child that is.</summary>
    private BlockRun? Drawn(PipelineRun run) =>
        run.BlockRuns.FirstOrDefault(block => block.BlockUuid == _block) is { } chosen
            ? chosen.FanOf is { } group ? run.BlockRuns.FirstOrDefault(block => block.BlockUuid == group) : chosen
            : null;

    private string LinkTo(string blockUuid) =>
        Navigation.GetUriWithQueryParameters(new Dictionary<string, object?> { ["block"] = blockUuid, ["output"] = null, ["row"] = null });

    private Task SelectAsync(string blockUuid) => ShowAsync(blockUuid, null, null);

    private Task ChooseAsync((string BlockUuid, string OutputName) chosen) => ShowAsync(chosen.BlockUuid, chosen.OutputName, null);

    private Task MoveAsync(long row) => ShowAsync(_block, _output, row);

    private async Task ShowAsync(string? block, string? output, long? row)
    {
        (_block, _output, _row) = (block, output, row);
        await Address.SetAsync(new Dictionary<string, object?> { ["block"] = block, ["output"] = output, ["row"] = row });
    }

    private void Choose((BlockApproval Approval, bool IsApproval) chosen) => _chosen = chosen;

    private void Close() => _chosen = null;

    private Task DecidedAsync()
    {
        Close();
        return RefreshAsync();
    }

    private async Task RetryAsync()
    {
        if (await Toasts.TryAsync($"Run #{RunId} is not retried", () => Service.RetryIncompleteAsync(RunId, Disposed)))
        {
            await RefreshAsync();
        }
    }

    private async Task RetryFromAsync()
    {
        if (_block is { } block && await Toasts.TryAsync($"Run #{RunId} is not retried", () => Service.RetryFromAsync(RunId, block, Disposed)))
        {
            await RefreshAsync();
        }
    }

    private async Task CancelAsync()
    {
        var running = _run!.BlockRuns.Count(block => block.Status == BlockRunStatus.Running);
        var text = running == 0
            ? "No block of it is running now. Blocks that completed keep their outputs."
            : $"{Numbers.Count(running, "running block")} will be stopped. Blocks that completed keep their outputs.";
        if (await _confirm!.AskAsync($"Cancel run #{RunId}?", text, "Cancel run", "Keep running")
            && await Toasts.TryAsync($"Run #{RunId} is not cancelled", () => Service.CancelAsync(RunId, Disposed)))
        {
            await RefreshAsync();
        }
    }

    private async Task RunAgainAsync() => await Toasts.TryAsync("The pipeline is not run again", async () =>
    {
        var run = await Service.StartAsync(_run!.ProjectUuid, _run.PipelineUuid, _run.Variables, RunOrigin.Once, Disposed);
        Navigation.NavigateTo(Addresses.Run(run.ProjectUuid, run.PipelineUuid, run.Id));
    });
}
