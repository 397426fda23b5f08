using System.CommandLine;
using System.Runtime.InteropServices;
using Mlops.Core.Runs;
using Mlops.Server.Api;
using Spectre.Console;

namespace Mlops.Server.Commands;

/// <summary><c>run project pipeline</c>: runs a pipeline in this process and shows how it goes.</summary>
internal static class RunCommand
{
    public static Command Create(Func<ParseResult, string[]> configuration)
    {
        var project = new Argument<string>("project") { Description = "Uuid of the project" };
        var pipeline = new Argument<string>("pipeline") { Description = "Uuid of the pipeline" };
        var variables = new Option<string[]>("--var") { Description = "Variable of the run, name=value; may be repeated", DefaultValueFactory = _ => [] };
        var block = new Option<string?>("--block") { Description = "Run this block only" };
        var upstream = new Option<bool>("--upstream") { Description = "With --block: and all that it needs" };
        var skip = new Option<bool>("--skip-sensors") { Description = "Do not wait for sensors: they complete at once" };
        var json = new Option<bool>("--json") { Description = "Print the run as JSON, progress goes to standard error" };
        var command = new Command("run", "Run a pipeline here and now, without a server. Exit code: 0 completed, 1 failed or cancelled, 2 not started.")
        {
            project, pipeline, variables, block, upstream, skip, json,
        };
        command.SetAction(parsed => RunAsync(
            configuration(parsed),
            new ClaimedRunWish(parsed.GetRequiredValue(project), parsed.GetRequiredValue(pipeline))
            {
                Variables = Variables.Parse(parsed.GetRequiredValue(variables)),
                Only = parsed.GetValue(block) is { } only ? new BlockSelection(only, parsed.GetValue(upstream)) : null,
                SkipsSensors = parsed.GetValue(skip),
            },
            parsed.GetValue(json)));
        return command;
    }

    private static async Task<int> RunAsync(string[] configuration, ClaimedRunWish wish, bool asJson)
    {
        await using var host = await CommandHost.OpenAsync(configuration);
        var runs = host.Services.GetRequiredService<PipelineRunService>();
        var console = Terminal.Create(asJson ? Console.Error : Console.Out);

        var started = await runs.StartClaimedAsync(wish, CancellationToken.None);
        PipelineRun final;
        await using (RunProgress.Follow(started, runs, host.Services.GetRequiredService<RunEvents>(), console))
        {
            final = await ExecuteAsync(started, runs, host.Services.GetRequiredService<PipelineRunExecutor>(), console);
        }

        Show(final, console, asJson);
        return final.Status == RunStatus.Completed ? ExitCodes.Completed : ExitCodes.Failed;
    }

    private static async Task<PipelineRun> ExecuteAsync(PipelineRun run, PipelineRunService runs, PipelineRunExecutor executor, IAnsiConsole console)
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Cancel);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Cancel);
        var execution = executor.ExecuteToEndAsync(run.Id, CancellationToken.None);
        if (await Task.WhenAny(execution, cancelled.Task) == cancelled.Task)
        {
            console.MarkupLine("[yellow]Cancelling; once more to end at once[/]");
            await runs.CancelAsync(run.Id, CancellationToken.None);
        }

        await execution;
        return await runs.GetAsync(run.Id, CancellationToken.None);

        void Cancel(PosixSignalContext context) => Terminal.TakeSignal(context, cancelled, console);
    }

    private static void Show(PipelineRun run, IAnsiConsole console, bool json)
    {
        if (json)
        {
            CommandJson.Write(PipelineRunResource.From(run, TimeProvider.System.GetUtcNow()));
        }
        else
        {
            RunSummary.Write(run, console);
        }
    }
}
