using System.Text.Json;
using Microsoft.AspNetCore.Components;
using Mlops.Core.Pipelines;
using Mlops.Core.Projects;
using Mlops.Core.Runs;
using Mlops.Core.Secrets;
using Mlops.Core.Triggers;
using Mlops.Server.Components.Live;
using Mlops.Server.Components.Pages.Pipelines;
using Mlops.Server.Components.Pages.Triggers.Editing;
using Mlops.Server.Components.Shared;

namespace Mlops.Server.Components.Pages.Triggers;

/// <summary>One trigger: what it says, when it is due, and its runs.</summary>
public sealed partial class TriggerPage(
    ProjectCatalog catalog, TriggerService triggers, PipelineRunService runs, SecretService secrets, ToastService toasts, NavigationManager navigation) : LoadingComponent
{
    private const int NextRuns = 5;

    private Pipeline? _pipeline;
    private Trigger? _trigger;
    private IReadOnlyList<DateTimeOffset> _next = [];
    private PipelineRunPage _runs = new([], null, 0);
    private IReadOnlyDictionary<string, JsonElement> _usual = new Dictionary<string, JsonElement>();
    private SecretMask _mask = SecretMask.None;
    private TriggerSide _side = null!;
    private bool _isRunOpen;

    [Parameter]
    public required string ProjectUuid { get; set; }

    [Parameter]
    public required string PipelineUuid { get; set; }

    /// <summary>Its name, up to the first slash.</summary>
    [Parameter]
    public required string First { get; set; }

    /// <summary>What follows that slash; null for nothing.</summary>
    [Parameter]
    public string? Rest { get; set; }

    [SupplyParameterFromQuery]
    private long? Before { get; set; }

    private string Name => Rest is null ? First : $"{First}/{Rest}";

    private IReadOnlyList<(string, string)> Above =>
    [
        ("Pipelines", Addresses.Pipelines(ProjectUuid)),
        (PipelineUuid, Addresses.Pipeline(ProjectUuid, PipelineUuid)),
        ("Triggers", Addresses.PipelineTriggers(ProjectUuid, PipelineUuid)),
    ];

    /// <summary>Why there is no run yet.</summary>
    private string Why => _trigger switch
    {
        { Problem: not null } => "What keeps it from starting one is said above.",
        { IsActive: false } => "It is inactive. Enable it, and it starts the first one.",
        { Token: not null, Event: null, EventMatchers: null } => "It starts one for each call of its endpoint.",
        { ScheduleType: "event" } => "It starts one for each event.",
        { NextRunAt: { } at } => $"The first one is due at {Moments.Exact(at)}.",
        _ => "It appears here as soon as there is one.",
    };

    private RenderFragment RunForm => builder =>
    {
        builder.OpenComponent<RunPanel>(0);
        builder.AddComponentParameter(1, nameof(RunPanel.Pipeline), _pipeline);
        builder.AddComponentParameter(2, nameof(RunPanel.Variables), _trigger?.Variables);
        builder.AddComponentParameter(3, nameof(RunPanel.OnClose), EventCallback.Factory.Create(this, () => _isRunOpen = false));
        builder.CloseComponent();
    };

    protected override async Task LoadAsync(CancellationToken cancellationToken)
    {
        var pipeline = catalog.GetPipeline(ProjectUuid, PipelineUuid);
        var trigger = await FindAsync(cancellationToken);
        var next = await triggers.ListNextAsync(trigger.Id, NextRuns, cancellationToken);
        var mask = await secrets.GetMaskAsync(ProjectUuid, cancellationToken);
        _runs = await runs.ListAsync(new PipelineRunFilter(ProjectUuid, PipelineUuid, Before: Before) { TriggerId = trigger.Id }, cancellationToken);

        // What the trigger gives every run is nothing special of one.
        _usual = pipeline.Variables.Concat(trigger.Variables).GroupBy(variable => variable.Key).ToDictionary(same => same.Key, same => same.Last().Value);
        (_pipeline, _trigger, _next, _mask) = (pipeline, trigger, next, mask);
    }

    protected override void Follow()
    {
        RefreshOnProject(() => ProjectUuid);
        RefreshOnRuns(change => change.ProjectUuid == ProjectUuid && change.PipelineUuid == PipelineUuid && change.Kind == RunChangeKind.Status);
    }

    /// <summary>A slash of a name comes as it is or, where a server on the way leaves it alone, as %2F.</summary>
    private async Task<Trigger> FindAsync(CancellationToken cancellationToken)
    {
        var all = await triggers.ListAsync(ProjectUuid, PipelineUuid, cancellationToken);
        var plain = Name.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        return all.FirstOrDefault(trigger => trigger.Name == Name) ?? await triggers.GetAsync(ProjectUuid, PipelineUuid, plain, cancellationToken);
    }

    private Task DoneAsync(Trigger? changed)
    {
        if (changed is not null)
        {
            return RefreshAsync();
        }

        navigation.NavigateTo(Addresses.PipelineTriggers(ProjectUuid, PipelineUuid));
        return Task.CompletedTask;
    }

    private async Task SwitchAsync()
    {
        if (_trigger is { } trigger
            && await toasts.TryAsync($"{trigger.Name}: not switched", () => triggers.SetActiveAsync(trigger.Id, !trigger.IsActive, CancellationToken.None)))
        {
            await RefreshAsync();
        }
    }

    private void OpenRun()
    {
        _isRunOpen = _pipeline is { IsValid: true };
        _side.Close();
    }

    private void Edit()
    {
        _isRunOpen = false;
        _side.Open(_trigger);
    }

    private string OlderRuns(long? before) => navigation.GetUriWithQueryParameters(
        Addresses.Trigger(ProjectUuid, PipelineUuid, _trigger?.Name ?? Name), new Dictionary<string, object?> { ["before"] = before });
}
