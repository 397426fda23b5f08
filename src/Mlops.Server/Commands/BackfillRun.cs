using System.Globalization;
using System.Runtime.InteropServices;
using Mlops.Core.Triggers.Backfills;
using Mlops.Server.Api.Backfills;
using Spectre.Console;

namespace Mlops.Server.Commands;

/// <summary>Runs a backfill in this process and tells how it goes.</summary>
internal static class BackfillRun
{
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public static async Task<int> ExecuteAsync(string[] configuration, BackfillWish wish, bool asJson)
    {
        await using var host = await CommandHost.OpenAsync(configuration);
        var service = host.Services.GetRequiredService<BackfillService>();
        var console = Terminal.Create(asJson ? Console.Error : Console.Out);
        var backfill = await service.CreateAsync(wish, CancellationToken.None);
        backfill = await service.StartAsync(backfill.Id, null, CancellationToken.None);
        console.MarkupLineInterpolated(
            CultureInfo.InvariantCulture,
            $"Backfill {backfill.Id} of {backfill.ProjectUuid}/{backfill.PipelineUuid}: {backfill.IntervalCount:N0} runs, {backfill.MaxConcurrentRuns} at a time");
        backfill = await FollowAsync(backfill.Id, host, service, console);
        if (asJson)
        {
            CommandJson.Write(BackfillResource.From(backfill));
        }
        else
        {
            console.MarkupLine(
                $"Backfill {backfill.Id} {Terminal.Markup(backfill.Status)}{(backfill.Error is { } error ? ": " + Markup.Escape(error) : "")}");
        }

        return backfill.Status == BackfillStatus.Completed ? ExitCodes.Completed : ExitCodes.Failed;
    }

    private static async Task<Backfill> FollowAsync(long id, CommandHost host, BackfillService service, IAnsiConsole console)
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Cancel);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Cancel);
        Backfill? final = null;
        var execution = TerminalBar.RunAsync(console, async bar =>
        {
            var progress = new Progress(console, bar);
            final = await host.Services.GetRequiredService<BackfillRunner>().RunToEndAsync(id, progress.Show, CancellationToken.None);
        });
        if (await Task.WhenAny(execution, cancelled.Task) == cancelled.Task)
        {
            console.MarkupLine("[yellow]Cancelling; once more to end at once[/]");
            await service.CancelAsync(id, CancellationToken.None);
        }

        await execution;
        return final!;

        void Cancel(PosixSignalContext context) => Terminal.TakeSignal(context, cancelled, console);
    }

    /// <summary>A line for every hundredth of the runs that is over, and for every one of a few; and the bar of a terminal.</summary>
    private sealed class Progress(IAnsiConsole console, TerminalBar bar)
    {
        private long _shown = -1;

        public void Show(Backfill backfill)
        {
            bar.Show(
                backfill.Runs.Final, backfill.IntervalCount, string.Create(CultureInfo.InvariantCulture, $"{backfill.Runs.Final:N0} of {backfill.IntervalCount:N0} runs"));
            var step = Math.Max(1, backfill.IntervalCount / 100);
            if (backfill.Runs.Final / step == _shown)
            {
                return;
            }

            _shown = backfill.Runs.Final / step;
            console.MarkupLine(string.Create(
                CultureInfo.InvariantCulture,
                $"  {backfill.Runs.Final:N0} of {backfill.IntervalCount:N0} over: [green]{backfill.Runs.Completed:N0} completed[/]{Count(backfill.Runs.Failed, "red", "failed")}{Count(backfill.Runs.Cancelled, "yellow", "cancelled")}"));
        }

        private static string Count(long count, string color, string word) =>
            count == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", [{color}]{count:N0} {word}[/]");
    }
}
