using System.Text.Json;
using Microsoft.AspNetCore.Components;
using Mlops.Core.Runs;
using Mlops.Server.Components.Shared;

namespace Mlops.Server.Components.Pages.Runs;

/// <summary>A table of runs, for a pipeline or a whole project. What is done here comes back as an event; nothing is shown before the server has said it.</summary>
public sealed partial class RunsTable(PipelineRunService service, ToastService toasts)
{
    public static readonly IReadOnlyList<string> Heads = ["Status", "Run", "Trigger", "Block runs", "Started at", "Execution time"];

    private ConfirmDialog _confirm = null!;

    /// <summary>Newest first.</summary>
    [Parameter, EditorRequired]
    public required IReadOnlyList<PipelineRun> Runs { get; set; }

    /// <summary>Whether the runs are of several pipelines.</summary>
    [Parameter]
    public bool ShowPipeline { get; set; }

    /// <summary>The pipeline's own variables: what a run has different is told. Null tells nothing.</summary>
    [Parameter]
    public IReadOnlyDictionary<string, JsonElement>? UsualVariables { get; set; }

    private async Task CancelAsync(PipelineRun run)
    {
        var text = $"Blocks of {run.PipelineUuid} that are running are asked to stop. What they have written stays; blocks that completed keep their outputs.";
        if (await _confirm.AskAsync($"Cancel run #{run.Id}?", text, "Cancel run", "Keep running"))
        {
            await toasts.TryAsync($"Run #{run.Id} was not cancelled", () => service.CancelAsync(run.Id, CancellationToken.None));
        }
    }

    private async Task RetryAsync(PipelineRun run)
    {
        if (await toasts.TryAsync($"Run #{run.Id} was not retried", () => service.RetryIncompleteAsync(run.Id, CancellationToken.None)))
        {
            toasts.Show(new Toast
            {
                Title = $"Run #{run.Id} goes on",
                Detail = "Blocks that completed keep their outputs",
                Icon = "retry",
                ActionTitle = "Open",
                ActionHref = Addresses.Run(run.ProjectUuid, run.PipelineUuid, run.Id),
            });
        }
    }
}
