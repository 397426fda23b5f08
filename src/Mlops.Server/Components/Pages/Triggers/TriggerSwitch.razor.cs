using Microsoft.AspNetCore.Components;
using Mlops.Core.Triggers;
using Mlops.Server.Components.Shared;

namespace Mlops.Server.Components.Pages.Triggers;

/// <summary>One switch for one or more triggers of one pipeline.</summary>
public sealed partial class TriggerSwitch(TriggerService service, ToastService toasts)
{
    private bool? _wanted;

    /// <summary>At least one.</summary>
    [Parameter, EditorRequired]
    public required IReadOnlyList<Trigger> Triggers { get; set; }

    /// <summary>What is switched, for a screen reader.</summary>
    [Parameter, EditorRequired]
    public required string Name { get; set; }

    private bool AllActive => Triggers.All(trigger => trigger.IsActive);

    private bool NoneActive => Triggers.All(trigger => !trigger.IsActive);

    private string Checked => (_wanted, AllActive, NoneActive) switch
    {
        (true, _, _) or (null, true, _) => "true",
        (false, _, _) or (null, _, true) => "false",
        _ => "mixed",
    };

    private string Title => Checked switch
    {
        "true" => "Active. Switch off",
        "false" => "Off. Make active",
        _ => $"{Numbers.Text(Triggers.Count(trigger => trigger.IsActive))} of {Numbers.Count(Triggers.Count, "trigger")} active. Make all active",
    };

    /// <summary>The file was read again: what it says holds.</summary>
    protected override void OnParametersSet()
    {
        if (_wanted is { } wanted && (wanted ? AllActive : NoneActive))
        {
            _wanted = null;
        }
    }

    private async Task FlipAsync()
    {
        if (_wanted is not null)
        {
            return;
        }

        var wanted = !AllActive;
        var changed = Triggers.Where(trigger => trigger.IsActive != wanted).ToList();
        _wanted = wanted;
        if (!await toasts.TryAsync($"{Name}: not switched", () => SetAsync(changed, wanted)))
        {
            _wanted = null;
            return;
        }

        toasts.Show(new Toast
        {
            Title = $"{Name}: {(wanted ? "active" : "switched off")}",
            Detail = wanted ? "The next run date is in the list" : "Runs that are under way go on",
            Icon = "triggers",
            ActionTitle = "Undo",
            Action = () => toasts.TryAsync($"{Name}: not switched back", () => SetAsync(changed, !wanted)),
        });
    }

    private async Task SetAsync(IEnumerable<Trigger> triggers, bool active)
    {
        foreach (var trigger in triggers)
        {
            await service.SetActiveAsync(trigger.ProjectUuid, trigger.PipelineUuid, trigger.Name, active, CancellationToken.None);
        }
    }
}
