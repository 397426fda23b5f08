using Microsoft.AspNetCore.Components;
using Mlops.Core;
using Mlops.Core.Database;
using Mlops.Core.Triggers;
using Mlops.Server.Components.Live;
using Mlops.Server.Components.Shared;

namespace Mlops.Server.Components.Pages.Triggers.Editing;

/// <summary>Saves by the service, for the version that was read; where the file says something else by now, it offers to take that.</summary>
public sealed partial class TriggerPanel
{
    private TriggerDraft _draft = null!; // Made before anything is drawn.
    private IReadOnlyList<string> _errors = [];
    private ElementReference _notice;
    private bool _isNoticed = true;
    private bool _isConflict;
    private bool _isLoaded;
    private bool _isSaving;
    private bool _hasLabels;

    [Parameter, EditorRequired]
    public required string ProjectUuid { get; set; }

    /// <summary>Pipelines that can be chosen; where it is one, that one is.</summary>
    [Parameter, EditorRequired]
    public required IReadOnlyList<string> Pipelines { get; set; }

    /// <summary>
    /// The trigger that is changed; null to make one. It is read once: what comes later brings another token and nothing else, since what is saved is for the
    /// version that was read.
    /// </summary>
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

    private TriggerForm Form => _draft.Form;

    private string? WhyNot => _isSaving ? "The trigger is being saved" : _draft.TypeProblem;

    private Dictionary<string, object> PartParameters => new()
    {
        [nameof(TriggerPart.Draft)] = _draft,
        [nameof(TriggerPart.OnChanged)] = EventCallback.Factory.Create(this, StateHasChanged),
        [nameof(TriggerPart.OnRotate)] = EventCallback.Factory.Create(this, () => OnRotate.InvokeAsync(Changed)),
    };

    /// <inheritdoc/>
    protected override void OnInitialized()
    {
        _draft = Changed is { } trigger ? TriggerDraft.Of(trigger, Kinds) : TriggerDraft.New(Pipelines is [var first, ..] ? first : "", Kinds);
        _hasLabels = Form.Tags.Length > 0 || Form.Envs.Length > 0;
    }

    /// <inheritdoc/>
    protected override void OnParametersSet()
    {
        if (Changed is { } trigger && trigger.Token != _draft.Token)
        {
            _draft.TakeToken(trigger);
        }
    }

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!_isNoticed)
        {
            // It stands above a form that is longer than the window, and whoever pressed the button is at the other end of it.
            _isNoticed = true;
            await _notice.FocusAsync();
        }
    }

    /// <summary>Another type was chosen: what only the former one has is nothing to it.</summary>
    private void ForgetType()
    {
        _draft.TypeProblem = null;
        Form.Own.Clear();
    }

    private static string Quoted(string? text) => string.IsNullOrEmpty(text) ? "nothing" : $"“{text}”";

    private async Task SaveAsync()
    {
        if (WhyNot is not null)
        {
            return;
        }

        (_errors, _isConflict) = ([], false);
        if (Form.FindProblem() is { } problem)
        {
            Refuse([problem]);
            return;
        }

        _isSaving = true;
        await TryAsync(async () =>
        {
            var saved = _draft.Read is { } read
                ? await TriggerList.UpdateAsync(read.Id, _draft.ToChange(), read.Version, CancellationToken.None)
                : await TriggerList.CreateAsync(ProjectUuid, Form.PipelineUuid, Form.Name.Trim(), _draft.ToChange(), CancellationToken.None);
            Toasts.Show(new Toast { Title = $"{saved.Name} is saved", Detail = Frequency.Of(saved), Icon = "triggers" });
            await OnSaved.InvokeAsync(saved);
        });
        _isSaving = false;
    }

    private async Task LoadAsync()
    {
        if (_draft.Read is { } read)
        {
            await TryAsync(async () =>
            {
                _draft.Load(await TriggerList.GetAsync(read.Id, CancellationToken.None));
                (_errors, _isConflict, _isLoaded, _isNoticed) = ([], false, true, false);
            });
        }
    }

    private async Task TryAsync(Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (InvalidRequestException refusal)
        {
            Refuse(refusal.Errors);
            _isConflict = refusal.Type == "conflict" && _draft.Read is not null;
        }
        catch (NotFoundException missing)
        {
            Refuse([missing.Message]);
        }
        catch (Exception exception) when (DatabaseHealth.IsAway(exception))
        {
            Refuse([PageProblem.DatabaseAwayTitle]);
        }
    }

    private void Refuse(IReadOnlyList<string> errors) => (_errors, _isConflict, _isLoaded, _isNoticed) = (errors, false, false, false);
}
