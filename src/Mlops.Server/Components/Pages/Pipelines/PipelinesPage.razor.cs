using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using Mlops.Core.Pipelines;
using Mlops.Core.Projects;
using Mlops.Core.Runs;
using Mlops.Core.Triggers;
using Mlops.Server.Components.Live;
using Mlops.Server.Components.Shared;

namespace Mlops.Server.Components.Pages.Pipelines;

/// <summary>All pipelines of a project.</summary>
public sealed partial class PipelinesPage(
    ProjectCatalog catalog, PipelineRunService runs, TriggerService triggers, NavigationManager navigation, IJSRuntime script) : LoadingComponent
{
    private const int RunsShown = 10;

    /// <summary>More rows are slow to paint and longer than anybody scrolls.</summary>
    private const int PageSize = 100;

    private IReadOnlyList<PipelineRow> _rows = [];
    private RunStatistics? _statistics;
    private Pipeline? _running;
    private string _search = "";

    [Parameter]
    public required string ProjectUuid { get; set; }

    [SupplyParameterFromQuery(Name = "q")]
    private string? Query { get; set; }

    /// <summary>Word of the order, such as <c>-last_run</c>.</summary>
    [SupplyParameterFromQuery(Name = "sort")]
    private string? Sort { get; set; }

    /// <summary>Page of the list, from 1.</summary>
    [SupplyParameterFromQuery(Name = "page")]
    private int? PageNumber { get; set; }

    private PipelineOrder Order => PipelineOrder.Parse(Sort);

    private IReadOnlyList<PipelineRow> Found => Order.Sort(_rows.Where(row => row.Matches(_search)));


    private string Shown => _search.Length == 0 ? "" : $"{Numbers.Text(_rows.Count(row => row.Matches(_search)))} of {Numbers.Count(_rows.Count, "pipeline")}";

    private string Totals
    {
        get
        {
            var all = _rows.SelectMany(row => row.Triggers).ToList();
            return $"{Numbers.Count(_rows.Count, "pipeline")}, {Numbers.Count(all.Count, "trigger")}, {Numbers.Text(all.Count(trigger => trigger.IsActive))} active";
        }
    }

    protected override void OnParametersSet() => _search = Query ?? "";

    protected override async Task LoadAsync(CancellationToken cancellationToken)
    {
        var pipelines = catalog.ListPipelines(ProjectUuid);
        var latest = await runs.ListLatestAsync(ProjectUuid, RunsShown, cancellationToken);
        var byPipeline = (await triggers.ListAsync(ProjectUuid, null, cancellationToken)).ToLookup(trigger => trigger.PipelineUuid);
        var statistics = await runs.GetStatisticsAsync(ProjectUuid, null, Time.GetUtcNow().AddDays(-1), cancellationToken);
        _rows = [.. pipelines.Select(pipeline => new PipelineRow(pipeline, latest.GetValueOrDefault(pipeline.Uuid) ?? [], [.. byPipeline[pipeline.Uuid]]))];
        _statistics = statistics;
    }

    protected override void Follow()
    {
        RefreshOnProject(() => ProjectUuid);
        RefreshOnRuns(change => change.ProjectUuid == ProjectUuid && change.Kind == RunChangeKind.Status);
    }

    private int PageOf(int count) => Math.Clamp(PageNumber ?? 1, 1, Math.Max(1, (count + PageSize - 1) / PageSize));

    private string AddressOf(PipelineOrder order, int page) => navigation.GetUriWithQueryParameters(
        Addresses.Pipelines(ProjectUuid),
        new Dictionary<string, object?>
        {
            ["q"] = _search.Length == 0 ? null : _search,
            ["sort"] = order == PipelineOrder.Usual ? null : order.Word,
            ["page"] = page == 1 ? null : page,
        });

    private Task ClearSearchAsync() => SearchAsync("");

    private async Task SearchAsync(string search)
    {
        _search = search;
        PageNumber = null;
        var module = await script.InvokeAsync<IJSObjectReference>("import", "./js/address.js");
        await module.InvokeVoidAsync("replace", AddressOf(Order, 1));
        await module.DisposeAsync();
    }
}
