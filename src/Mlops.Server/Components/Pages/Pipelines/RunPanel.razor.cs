using Microsoft.AspNetCore.Components;
using Mlops.Core;
using Mlops.Core.Database;
using Mlops.Core.Pipelines;
using Mlops.Core.Projects;
using Mlops.Core.Runs;
using Mlops.Server.Components.Live;
using Mlops.Server.Components.Shared;

namespace Mlops.Server.Components.Pages.Pipelines;

/// <summary>Run @once: a form of the variables, then the run's page.</summary>
public sealed partial class RunPanel(ProjectCatalog catalog, IBlockHost blocks, PipelineRunService runs, NavigationManager navigation) : IDisposable
{
    private readonly CancellationTokenSource _closed = new();
    private RunForm _form = null!;
    private IReadOnlyList<(string Name, string Reason)> _unreadable = [];
    private IReadOnlyList<string> _refused = [];
    private bool _isReading = true;
    private bool _isStarting;

    /// <summary>What to run.</summary>
    [Parameter, EditorRequired]
    public required Pipeline Pipeline { get; set; }

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
        _form = RunForm.Create(Pipeline, []);
        var described = await DescribeAsync(_closed.Token);
        var typed = _form;
        _form = RunForm.Create(Pipeline, described);
        foreach (var field in typed.Fields.Where(field => field.IsChanged))
        {
            // Somebody was quicker than the reading.
            _form.Fields.First(same => same.Parameter.Name == field.Parameter.Name).Text = field.Text;
        }

        _isReading = false;
    }

    private async Task<IReadOnlyList<(Block Block, BlockDescription Description)>> DescribeAsync(CancellationToken cancellationToken)
    {
        var path = catalog.GetProject(Pipeline.ProjectUuid).DirectoryPath;
        var running = Pipeline.Blocks.Where(block => block.Type.Runs).ToList();
        var known = running.Where(block => block.FilePath is not null && blocks.WhyNot(block.Type, block.Language) is null);
        var described = await Task.WhenAll(known.Select(async block => (block, await blocks.DescribeAsync(path, block, cancellationToken))));
        _unreadable =
        [
            .. running.Select(block => (block.Name, Reason: blocks.WhyNot(block.Type, block.Language))).Where(block => block.Reason is not null).Select(block => (block.Name, block.Reason!)),
            .. described.SelectMany(block => block.Item2.Errors.Take(1), (block, error) => (block.block.Name, Where(error))),
        ];
        return described;
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

    private static string Where(BlockError error) => (error.File, error.Line) switch
    {
        ({ } file, { } line) => $"{file}, line {line}: {error.Message}",
        ({ } file, _) => $"{file}: {error.Message}",
        _ => error.Message,
    };
}
