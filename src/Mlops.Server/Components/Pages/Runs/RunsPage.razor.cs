using Microsoft.AspNetCore.Components;
using Mlops.Core.Projects;
using Mlops.Core.Runs;
using Mlops.Server.Components.Live;
using Mlops.Server.Components.Shared;

namespace Mlops.Server.Components.Pages.Runs;

/// <summary>The runs of a project; filters and page are in the address.</summary>
public sealed partial class RunsPage(ProjectCatalog catalog, PipelineRunService runs, NavigationManager navigation) : LoadingComponent
{
    private static readonly (string? Word, string Title)[] Statuses =
    [
        (null, "All"), .. Enum.GetValues<RunStatus>().Select(status => (status.ToWord(), StatusNames.Of(status))),
    ];

    private IReadOnlyList<string> _pipelines = [];
    private PipelineRunPage _runs = new([], null, 0);

    [Parameter]
    public required string ProjectUuid { get; set; }

    [SupplyParameterFromQuery]
    private string? Status { get; set; }

    [SupplyParameterFromQuery]
    private string? Pipeline { get; set; }

    [SupplyParameterFromQuery]
    private long? Before { get; set; }

    private string Nothing
    {
        get
        {
            var status = StatusWords.ParseRun(Status) is { } known ? $"{StatusNames.Of(known).ToLowerInvariant()} " : "";
            return $"No {status}runs{(Pipeline is null ? "" : $" of {Pipeline}")}";
        }
    }

    protected override async Task LoadAsync(CancellationToken cancellationToken)
    {
        _pipelines = [.. catalog.ListPipelines(ProjectUuid).Select(pipeline => pipeline.Uuid)];
        _runs = await runs.ListAsync(new PipelineRunFilter(ProjectUuid, Pipeline, StatusWords.ParseRun(Status), Before), cancellationToken);
    }

    protected override void Follow()
    {
        RefreshOnProject(() => ProjectUuid);
        RefreshOnRuns(change => change.ProjectUuid == ProjectUuid && change.Kind == RunChangeKind.Status);
    }

    private string AddressOf(string? status, string? pipeline, long? before) => navigation.GetUriWithQueryParameters(
        Addresses.Runs(ProjectUuid), new Dictionary<string, object?> { ["status"] = status, ["pipeline"] = pipeline, ["before"] = before });
}
