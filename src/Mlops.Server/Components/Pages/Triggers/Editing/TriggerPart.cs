using Microsoft.AspNetCore.Components;

namespace Mlops.Server.Components.Pages.Triggers.Editing;

/// <summary>
/// What is a type's own in the form of a trigger. It reads and writes the draft's form, keeps what has no field there under its key in
/// <see cref="TriggerForm.Settings"/> or <see cref="TriggerForm.Own"/>, and says in <see cref="TriggerDraft.TypeProblem"/> what keeps the trigger from being saved.
/// </summary>
public abstract class TriggerPart : ComponentBase
{
    /// <summary>The trigger that is made or changed.</summary>
    [Parameter, EditorRequired]
    public required TriggerDraft Draft { get; set; }

    /// <summary>Something of the draft was changed.</summary>
    [Parameter, EditorRequired]
    public EventCallback OnChanged { get; set; }

    /// <summary>The trigger is to get another token.</summary>
    [Parameter, EditorRequired]
    public EventCallback OnRotate { get; set; }

    protected TriggerForm Form => Draft.Form;
}
