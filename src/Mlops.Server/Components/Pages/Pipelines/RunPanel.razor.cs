using System.Text.Json;
using Microsoft.AspNetCore.Components;
using Mlops.Core;
using Mlops.Core.Database;
using Mlops.Core.Pipelines;
using Mlops.Core.Runs;
using Mlops.Core.Runs.Inputs;
using Mlops.Server.Components.Live;
using Mlops.Server.Components.Shared;

namespace Mlops.Server.Components.Pages.Pipelines;

/// <summary>Run @once: a form of the variables, then the run's page.</summary>
public sealed partial class RunPanel(PipelineInputService inputs, PipelineRunService runs, NavigationManager navigation) : IDisposable
{
    private readonly CancellationTokenSource _closed = new();
    private RunForm _form = null!;
    private IReadOnlyList<UnreadableBlock> _unreadable = [];
    private IReadOnlyList<string> _refused = [];
    private bool _isReading = true;
    private bool _isStarting;

    /// <summary>What to run.</summary>
    [Parameter, EditorRequired]
    public required Pipeline Pipeline { get; set; }

    /// <summary>Variables that stand in the fields at first instead of the pipeline's own, such as those of a trigger; null for none.</summary>
    [Parameter]
    public IReadOnlyDictionary<string, JsonElement>? Variables { get; set; }

    [Parameter, EditorRequired]
    public EventCallback OnClose { get; set; }

    private string Address =>
        new Uri(new Uri(navigation.BaseUri), $"api/projects/{Uri.EscapeDataString(Pipeline.ProjectUuid)}/pipelines/{Uri.EscapeDataString(Pipeline.Uuid)}/runs").AbsoluteUri;

    private string? WhyNot => _form.FirstWrong?.Error ?? (_isStarting ? "The run is being started" : null);

    public void Dispose()
    {
        _closed.Cancel();
        _closed.Dispose();
    }

    protected override async Task OnInitializedAsync()
    {
        _form = RunForm.Create(inputs.ListOfFiles(Pipeline.ProjectUuid, Pipeline.Uuid).Inputs, Variables);
        var all = await inputs.ListAsync(Pipeline.ProjectUuid, Pipeline.Uuid, _closed.Token);
        var typed = _form;
        _form = RunForm.Create(all.Inputs, Variables);
        _unreadable = all.Unreadable;
        foreach (var field in typed.Fields.Where(field => field.IsChanged))
        {
            // Somebody was quicker than the reading.
            _form.Fields.First(same => InputList.IsSame(same.Parameter.Name, field.Parameter.Name)).Text = field.Text;
        }

        _isReading = false;
    }

    private async Task RunAsync()
    {
        if (_isStarting || !_form.Check())
        {
            return;
        }

        _isStarting = true;
        _refused = [];
        try
        {
            var run = await runs.StartAsync(Pipeline.ProjectUuid, Pipeline.Uuid, _form.Variables(), RunOrigin.Once, _closed.Token);
            navigation.NavigateTo(Addresses.Run(run.ProjectUuid, run.PipelineUuid, run.Id));
        }
        catch (InvalidRequestException refusal)
        {
            _refused = refusal.Errors;
        }
        catch (NotFoundException missing)
        {
            _refused = [missing.Message];
        }
        catch (Exception exception) when (DatabaseHealth.IsAway(exception))
        {
            _refused = [$"{PageProblem.DatabaseAwayTitle}, so no run was made. Try again when it is back."];
        }
        finally
        {
            _isStarting = false;
        }
    }
}
