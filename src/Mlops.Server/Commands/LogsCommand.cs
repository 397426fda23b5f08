using System.CommandLine;
using System.Globalization;
using Mlops.Core;
using Mlops.Core.Runs;

namespace Mlops.Server.Commands;

/// <summary><c>logs run</c>: prints what a run wrote, with <c>-f</c> until it is final.</summary>
internal static class LogsCommand
{
    private const int PageSize = 5000;

    /// <summary>Between two looks at a run that another process executes.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(300);

    public static Command Create(Func<ParseResult, string[]> configuration)
    {
        var run = new Argument<string>("run") { Description = "Id of the run, or 'last' for the newest" };
        var follow = new Option<bool>("--follow", "-f") { Description = "Go on until the run is final; the exit code is then 0 only if it completed" };
        var block = new Option<string?>("--block") { Description = "Only lines of this block" };
        var json = new Option<bool>("--json") { Description = "Print a JSON object a line" };
        var command = new Command("logs", "Print the log of a run.") { run, follow, block, json };
        command.SetAction((parsed, cancellationToken) => PrintAsync(
            configuration(parsed),
            new Wish(parsed.GetRequiredValue(run), parsed.GetValue(follow), parsed.GetValue(block), parsed.GetValue(json)),
            cancellationToken));
        return command;
    }

    private static async Task<int> PrintAsync(string[] configuration, Wish wish, CancellationToken cancellationToken)
    {
        await using var host = await CommandHost.OpenAsync(configuration);
        var runs = host.Services.GetRequiredService<PipelineRunService>();
        var logs = host.Services.GetRequiredService<RunLogStore>();
        var id = await FindAsync(runs, wish.Run, cancellationToken);
        if (wish.Block is { } block)
        {
            RequireBlock(await runs.GetAsync(id, cancellationToken), block);
        }

        for (var after = 0L; ; await Task.Delay(Interval, TimeProvider.System, cancellationToken))
        {
            // The status first: what is written before it is final is then read too.
            var status = await runs.FindStatusAsync(id, cancellationToken) ?? throw new NotFoundException("pipeline_run", $"{id}", $"There is no run {id}.");
            after = await PrintNewAsync(logs, id, wish, after, cancellationToken);
            if (!wish.Follows || status.IsFinal())
            {
                return wish.Follows && status != RunStatus.Completed ? ExitCodes.Failed : ExitCodes.Completed;
            }
        }
    }

    private static async Task<long> PrintNewAsync(RunLogStore logs, long id, Wish wish, long after, CancellationToken cancellationToken)
    {
        for (; ; )
        {
            var lines = await logs.ReadAsync(id, new RunLogFilter(wish.Block), after, PageSize, cancellationToken);
            foreach (var line in lines)
            {
                Print(line, wish.AsJson);
                after = line.Number;
            }

            if (lines.Count < PageSize)
            {
                return after;
            }
        }
    }

    private static void Print(RunLogLine line, bool asJson)
    {
        if (asJson)
        {
            CommandJson.WriteLine(line);
        }
        else
        {
            Console.Out.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{line.At.UtcDateTime:yyyy-MM-ddTHH:mm:ss.fffZ} {line.Level,-7} {line.BlockUuid ?? "-"}: {line.Text}"));
        }
    }

    private static async Task<long> FindAsync(PipelineRunService runs, string run, CancellationToken cancellationToken)
    {
        if (run == "last")
        {
            return (await runs.ListAsync(new PipelineRunFilter(Limit: 1), cancellationToken)).Runs is [var newest, ..]
                ? newest.Id
                : throw new NotFoundException("pipeline_run", run, "There is no run yet.");
        }

        return long.TryParse(run, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? id
            : throw new InvalidRequestException("invalid_run", [$"'{run}' is not the id of a run: a whole number, or 'last', is wanted."]);
    }

    private static void RequireBlock(PipelineRun run, string block)
    {
        if (run.BlockRuns.All(each => each.BlockUuid != block))
        {
            throw new NotFoundException(
                "block", block, $"Run {run.Id} has no block '{block}'; it has {string.Join(", ", run.BlockRuns.Select(each => each.BlockUuid))}.");
        }
    }

    private sealed record Wish(string Run, bool Follows, string? Block, bool AsJson);
}
