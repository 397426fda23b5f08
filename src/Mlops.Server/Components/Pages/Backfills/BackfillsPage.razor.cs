using Microsoft.AspNetCore.Components;
using Mlops.Core.Projects;
using Mlops.Core.Runs;
using Mlops.Core.Triggers.Backfills;
using Mlops.Server.Components.Live;
using Mlops.Server.Components.Shared;

namespace Mlops.Server.Components.Pages.Backfills;

/// <summary>The backfills of all pipelines of a project; filters and page are in the address.</summary>
public sealed partial class BackfillsPage(ProjectCatalog catalog, BackfillService service, NavigationManager navigation) : LoadingComponent
{
    private const int PageSize = 30;

    private static readonly (string? Word, string Title)[] Statuses =
    [
        (null, "All"), .. Enum.GetValues<BackfillStatus>().Select(status => (status.ToWord(), StatusNames.Of(status.ToWord()))),
    ];

    private IReadOnlyList<string> _pipelines = [];
    private IReadOnlyList<Backfill> _backfills = [];
    private bool _hasMore;
    private bool _isFormOpen;

    [Parameter]
    public required string ProjectUuid { get; set; }

    [SupplyParameterFromQuery]
    private string? Status { get; set; }

    [SupplyParameterFromQuery]
    private string? Pipeline { get; set; }

    [SupplyParameterFromQuery]
    private long? Before { get; set; }

    /// <summary>The one that the list is of comes first, so that the form has it chosen.</summary>
    private IReadOnlyList<string> FormPipelines => [.. _pipelines.OrderBy(pipeline => pipeline != Pipeline)];

    private string Nothing
    {
        get
        {
            var status = BackfillWords.Find(Status) is { } known ? $"{StatusNames.Of(known.ToWord()).ToLowerInvariant()} " : "";
            return $"No {status}backfills{(Pipeline is null ? "" : $" of {Pipeline}")}";
        }
    }

    /// <inheritdoc/>
    protected override async Task LoadAsync(CancellationToken cancellationToken)
    {
        _pipelines = [.. catalog.ListPipelines(ProjectUuid).Select(pipeline => pipeline.Uuid)];
        var found = await service.ListAsync(new BackfillFilter(ProjectUuid, Pipeline, BackfillWords.Find(Status), Before, PageSize + 1), cancellationToken);
        (_backfills, _hasMore) = ([.. found.Take(PageSize)], found.Count > PageSize);
    }

    /// <inheritdoc/>
    protected override void Follow()
    {
        RefreshOnProject(() => ProjectUuid);
        RefreshOnRuns(change => change.ProjectUuid == ProjectUuid && change.Kind == RunChangeKind.Status);
    }

    private string AddressOf(string? status, string? pipeline, long? before) => navigation.GetUriWithQueryParameters(
        Addresses.Backfills(ProjectUuid), new Dictionary<string, object?> { ["status"] = status, ["pipeline"] = pipeline, ["before"] = before });
}
