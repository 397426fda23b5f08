using Microsoft.AspNetCore.Components;
using Mlops.Core;
using Mlops.Core.Pipelines;
using Mlops.Core.Projects;
using Mlops.Core.Runs;
using Mlops.Core.Triggers;
using Mlops.Server.Components.Live;
using Mlops.Server.Components.Pages.Backfills;
using Mlops.Server.Components.Pages.Triggers.Editing;
using Mlops.Server.Components.Shared;

namespace Mlops.Server.Components.Pages.Pipelines;

/// <summary>One pipeline: its graph as the last run left it, its figures, triggers and runs.</summary>
public sealed partial class PipelinePage(ProjectCatalog catalog, PipelineRunService runs, TriggerService triggers, NavigationManager navigation) : LoadingComponent
{
    private const string TriggersTab = "triggers";
    private const string RunsTab = "runs";
    private const string BackfillsTab = "backfills";
    private const int RunsOnOverview = 8;
    private const int RunsOnTab = 30;
    private const int BarsShown = 10;
    private const int StatisticsDays = 30;

    private Pipeline? _pipeline;
    private PipelineRun? _lastRun;
    private IReadOnlyList<PipelineRun> _latest = [];
    private RunStatistics? _statistics;
    private IReadOnlyList<Trigger> _triggers = [];
    private IReadOnlyDictionary<long, PipelineRun> _latestOfTriggers = new Dictionary<long, PipelineRun>();
    private TriggerSide _side = null!;
    private PipelineRunPage _runs = new([], null, 0);
    private bool _isRunOpen;
    private bool _isBackfillOpen;

    [Parameter]
    public required string ProjectUuid { get; set; }

    [Parameter]
    public required string PipelineUuid { get; set; }

    /// <summary><c>triggers</c>, <c>runs</c> or <c>backfills</c>; null for the overview.</summary>
    [Parameter]
    public string? Tab { get; set; }

    [SupplyParameterFromQuery]
    private long? Before { get; set; }

    private IReadOnlyList<TabItem> TabItems =>
    [
        new("Overview", Addresses.Pipeline(ProjectUuid, PipelineUuid)),
        new("Triggers", Addresses.PipelineTriggers(ProjectUuid, PipelineUuid), _triggers.Count),
        new("Runs", Addresses.PipelineRuns(ProjectUuid, PipelineUuid), _runs.TotalCount),
        new("Backfills", Addresses.PipelineBackfills(ProjectUuid, PipelineUuid)),
    ];

    private string CurrentTab => Tab switch
    {
        TriggersTab => Addresses.PipelineTriggers(ProjectUuid, PipelineUuid),
        RunsTab => Addresses.PipelineRuns(ProjectUuid, PipelineUuid),
        BackfillsTab => Addresses.PipelineBackfills(ProjectUuid, PipelineUuid),
        _ => Addresses.Pipeline(ProjectUuid, PipelineUuid),
    };

    protected override async Task LoadAsync(CancellationToken cancellationToken)
    {
        var pipeline = catalog.GetPipeline(ProjectUuid, PipelineUuid);
        if (Tab is not (null or TriggersTab or RunsTab or BackfillsTab))
        {
            throw new NotFoundException("page", Tab, $"{pipeline.Name} has the pages Overview, Triggers, Runs and Backfills.");
        }

        var latest = await runs.ListAsync(new PipelineRunFilter(ProjectUuid, PipelineUuid, Limit: BarsShown), cancellationToken);
        var lastRun = latest.Runs.Count > 0 ? await runs.GetAsync(latest.Runs[0].Id, cancellationToken) : null;
        var statistics = await runs.GetStatisticsAsync(ProjectUuid, PipelineUuid, Time.GetUtcNow().AddDays(-StatisticsDays), cancellationToken);
        var itsTriggers = await triggers.ListAsync(ProjectUuid, PipelineUuid, cancellationToken);
        _latestOfTriggers = await triggers.ListLatestRunsAsync(ProjectUuid, PipelineUuid, cancellationToken);
        var filter = new PipelineRunFilter(ProjectUuid, PipelineUuid, Before: Before, Limit: Tab == RunsTab ? RunsOnTab : RunsOnOverview);
        _runs = await runs.ListAsync(filter, cancellationToken);
        (_pipeline, _lastRun, _latest, _statistics, _triggers) = (pipeline, lastRun, latest.Runs, statistics, itsTriggers);
    }

    protected override void Follow()
    {
        RefreshOnProject(() => ProjectUuid);
        RefreshOnRuns(change => change.ProjectUuid == ProjectUuid && change.PipelineUuid == PipelineUuid && change.Kind == RunChangeKind.Status);
    }

    private RenderFragment RunForm => builder =>
    {
        builder.OpenComponent<RunPanel>(0);
        builder.AddComponentParameter(1, nameof(RunPanel.Pipeline), _pipeline);
        builder.AddComponentParameter(2, nameof(RunPanel.OnClose), EventCallback.Factory.Create(this, () => _isRunOpen = false));
        builder.CloseComponent();
    };

    private RenderFragment BackfillForm => builder =>
    {
        builder.OpenComponent<BackfillPanel>(0);
        builder.AddComponentParameter(1, nameof(BackfillPanel.ProjectUuid), ProjectUuid);
        builder.AddComponentParameter(2, nameof(BackfillPanel.Pipelines), (IReadOnlyList<string>)[PipelineUuid]);
        builder.AddComponentParameter(3, nameof(BackfillPanel.OnClose), EventCallback.Factory.Create(this, () => _isBackfillOpen = false));
        builder.CloseComponent();
    };

    /// <summary>There is room for one form.</summary>
    private void OpenRun()
    {
        (_isRunOpen, _isBackfillOpen) = (_pipeline is { IsValid: true }, false);
        _side.Close();
    }

    private void OpenBackfill()
    {
        (_isRunOpen, _isBackfillOpen) = (false, true);
        _side.Close();
    }

    private void Edit(Trigger? trigger)
    {
        (_isRunOpen, _isBackfillOpen) = (false, false);
        _side.Open(trigger);
    }

    private string OlderRuns(long? before) => navigation.GetUriWithQueryParameters(
        Addresses.PipelineRuns(ProjectUuid, PipelineUuid), new Dictionary<string, object?> { ["before"] = before });
}
