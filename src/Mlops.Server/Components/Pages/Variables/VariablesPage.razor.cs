using Microsoft.AspNetCore.Components;
using Mlops.Core;
using Mlops.Core.Projects;
using Mlops.Core.Runs.Inputs;
using Mlops.Core.Variables;
using Mlops.Server.Components.Live;
using Mlops.Server.Components.Shared;

namespace Mlops.Server.Components.Pages.Variables;

/// <summary>The variables of files: all projects', the project's and a pipeline's.</summary>
public sealed partial class VariablesPage(
    ProjectCatalog catalog, VariableService variables, PipelineInputService inputs, ToastService toasts, NavigationManager navigation) : LoadingComponent
{
    /// <summary>So long it is waited to know which blocks take a variable: one that was never compiled may take longer.</summary>
    private static readonly TimeSpan MostWait = TimeSpan.FromSeconds(2);

    private IReadOnlyList<EffectiveVariable> _variables = [];
    private IReadOnlyList<string> _pipelines = [];
    private ConfirmDialog _confirm = null!;
    private EffectiveVariable? _edited;
    private bool _isOpen;

    [Parameter]
    public required string ProjectUuid { get; set; }

    /// <summary>Uuid of the pipeline whose variables are shown too; null for none.</summary>
    [SupplyParameterFromQuery]
    private string? Pipeline { get; set; }

    /// <inheritdoc/>
    protected override Task LoadAsync(CancellationToken cancellationToken)
    {
        _pipelines = [.. catalog.ListPipelines(ProjectUuid).Select(pipeline => pipeline.Uuid)];
        _variables = variables.List(ProjectUuid, string.IsNullOrEmpty(Pipeline) ? null : Pipeline);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    protected override void Follow() => RefreshOnProject(() => ProjectUuid);

    private void Choose(ChangeEventArgs choice)
    {
        Close();
        navigation.NavigateTo(Addresses.Variables(ProjectUuid, choice.Value as string));
    }

    private void Open(EffectiveVariable? edited) => (_edited, _isOpen) = (edited, true);

    private void Close() => _isOpen = false;

    private Task SavedAsync()
    {
        Close();
        return RefreshAsync();
    }

    private async Task RemoveAsync(EffectiveVariable variable)
    {
        var (place, file) = (VariableSourceNames.PlaceOf(variable.Source, ProjectUuid, Pipeline), VariableSourceNames.FileOf(variable.Source, ProjectUuid, Pipeline));
        var text = $"It is taken out of {file}. {Then(variable)}{await FindReadersAsync(variable.Name)}";
        if (!await _confirm.AskAsync($"Remove the variable {variable.Name}?", text, "Remove variable", "Keep it"))
        {
            return;
        }

        Close();
        if (await toasts.TryAsync($"{variable.Name}: not removed", () => variables.RemoveAsync(place, variable.Name, variable.Value, CancellationToken.None)))
        {
            toasts.Show(new Toast
            {
                Title = $"{variable.Name} is removed",
                Detail = file,
                Icon = "trash",
                ActionTitle = "Undo",
                Action = () => toasts.TryAsync($"{variable.Name}: not set again", () => variables.SetAsync(place, variable.Name, variable.Value, CancellationToken.None)),
            });
        }

        await RefreshAsync();
    }

    /// <summary>What counts from then on.</summary>
    private static string Then(EffectiveVariable variable) => variable.Values is [_, var next, ..]
        ? $"From the next run on it is {Short(VariableText.Of(next.Value))}, as set for {(next.Source == VariableSource.Global ? "all projects" : "the project")}."
        : "Blocks that take it have their own default from the next run on, or fail where they have none.";

    private static string Short(string text) => text.Length > 60 ? text[..60] + "…" : text;

    /// <summary>The blocks of the chosen pipeline that take a variable, in words; nothing where that is not known soon.</summary>
    private async Task<string> FindReadersAsync(string name)
    {
        if (string.IsNullOrEmpty(Pipeline))
        {
            return "";
        }

        try
        {
            using var soon = new CancellationTokenSource(MostWait, Time);
            var found = await inputs.ListAsync(ProjectUuid, Pipeline, soon.Token).WaitAsync(soon.Token);
            var blocks = found.Inputs.Where(input => InputList.IsSame(input.Parameter.Name, name)).SelectMany(input => input.Blocks).ToList();
            return blocks.Count == 0 ? $" No block of {Pipeline} takes it as a parameter." : $" It is taken by {Numbers.Count(blocks.Count, "block")} of {Pipeline}: {string.Join(", ", blocks)}.";
        }
        catch (Exception exception) when (exception is OperationCanceledException or NotFoundException)
        {
            // The question can be asked without it.
            return "";
        }
    }
}
