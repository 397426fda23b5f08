using Microsoft.AspNetCore.Components;
using Mlops.Core;
using Mlops.Core.Database;
using Mlops.Core.Triggers;
using Mlops.Server.Components.Live;
using Mlops.Server.Components.Shared;

namespace Mlops.Server.Components.Pages.Triggers;

/// <summary>Saves by the service, and shows when a schedule would be due while it is typed.</summary>
public sealed partial class TriggerPanel
{
    private const int NextRuns = 5;

    /// <summary>Known to this machine, as IANA writes them.</summary>
    private static readonly IReadOnlyList<string> Zones =
        [.. TimeZoneInfo.GetSystemTimeZones().Select(zone => zone.Id).Where(id => id.Contains('/', StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    private TriggerForm _form = new();
    private IReadOnlyList<string> _errors = [];
    private IReadOnlyList<DateTimeOffset> _next = [];
    private string? _problem;
    private bool _isSaving;

    [Parameter, EditorRequired]
    public required string ProjectUuid { get; set; }

    /// <summary>Pipelines that can be chosen.</summary>
    [Parameter, EditorRequired]
    public required IReadOnlyList<string> Pipelines { get; set; }

    /// <summary>The trigger that is changed; null to make one.</summary>
    [Parameter]
    public Trigger? Changed { get; set; }

    [Parameter, EditorRequired]
    public EventCallback OnClose { get; set; }

    /// <summary>The trigger was saved; as it then is.</summary>
    [Parameter, EditorRequired]
    public EventCallback<Trigger> OnSaved { get; set; }

    /// <summary>The trigger is to get another token.</summary>
    [Parameter, EditorRequired]
    public EventCallback<Trigger> OnRotate { get; set; }

    /// <summary>The trigger is to be deleted.</summary>
    [Parameter, EditorRequired]
    public EventCallback<Trigger> OnDelete { get; set; }

    /// <inheritdoc/>
    protected override void OnInitialized()
    {
        _form = Changed is { } trigger ? TriggerForm.Of(trigger) : new TriggerForm { PipelineUuid = Pipelines is [var first, ..] ? first : "" };
        Preview();
    }

    private void Preview()
    {
        (_next, _problem) = ([], null);
        if (!_form.IsSchedule)
        {
            return;
        }

        try
        {
            _next = TriggerList.Preview(_form.Interval, _form.TimeZone.Trim() is { Length: > 0 } zone ? zone : null, Changed?.StartTime, NextRuns);
        }
        catch (InvalidRequestException refusal)
        {
            _problem = refusal.Errors[0];
        }
    }

    private async Task SaveAsync()
    {
        if (_isSaving || _problem is not null)
        {
            return;
        }

        if (_form.FindProblem() is { } problem)
        {
            _errors = [problem];
            return;
        }

        _isSaving = true;
        try
        {
            var saved = Changed is null
                ? await TriggerList.CreateAsync(ProjectUuid, _form.PipelineUuid, _form.Name.Trim(), _form.ToChange(null), CancellationToken.None)
                : await TriggerList.UpdateAsync(Changed.Id, _form.ToChange(Changed), Changed.Version, CancellationToken.None);
            Toasts.Show(new Toast { Title = $"{saved.Name} is saved", Detail = Frequency.Of(saved), Icon = "triggers" });
            await OnSaved.InvokeAsync(saved);
        }
        catch (InvalidRequestException refusal)
        {
            _errors = refusal.Errors;
        }
        catch (NotFoundException missing)
        {
            _errors = [missing.Message];
        }
        catch (Exception exception) when (DatabaseHealth.IsAway(exception))
        {
            _errors = [PageProblem.DatabaseAwayTitle];
        }
        finally
        {
            _isSaving = false;
        }
    }
}
