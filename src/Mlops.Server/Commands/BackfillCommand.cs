using System.CommandLine;
using System.Globalization;
using Mlops.Core.Triggers.Backfills;
using Mlops.Server.Api.Backfills;
using Spectre.Console;

namespace Mlops.Server.Commands;

/// <summary><c>backfill</c>: runs a pipeline for the intervals of a past time, lists and cancels backfills.</summary>
internal static class BackfillCommand
{
    private const int ListLength = 50;

    public static Command Create(Func<ParseResult, string[]> configuration) => new("backfill", "Run a pipeline for the intervals of a past time, one run for each.")
    {
        CreateRun(configuration), CreateList(configuration), CreateCancel(configuration),
    };

    private static Command CreateRun(Func<ParseResult, string[]> configuration)
    {
        var project = new Argument<string>("project") { Description = "Uuid of the project" };
        var pipeline = new Argument<string>("pipeline") { Description = "Uuid of the pipeline" };
        var start = new Option<string>("--start") { Description = "The first instant, such as 2026-01-01 or '2026-01-01 06:30'", Required = true };
        var end = new Option<string>("--end") { Description = "All instants are before this one", Required = true };
        var interval = new Option<string>("--interval") { Description = "minute, hour, day, week, month or year", DefaultValueFactory = _ => "day" };
        var units = new Option<int>("--units") { Description = "So many of them from one instant to the next", DefaultValueFactory = _ => 1 };
        var zone = new Option<string?>("--zone") { Description = "IANA name of the zone of times and calendar, such as Europe/London; UTC without it" };
        var limit = new Option<int>("--max-concurrent") { Description = "Runs at a time", DefaultValueFactory = _ => 1 };
        var name = new Option<string?>("--name") { Description = "Name of the backfill, for people" };
        var variables = new Option<string[]>("--var") { Description = "Variable of its runs, name=value; may be repeated", DefaultValueFactory = _ => [] };
        var yes = new Option<bool>("--yes") { Description = "Do so also for more than 1,000 intervals" };
        var json = new Option<bool>("--json") { Description = "Print the backfill as JSON, progress goes to standard error" };
        var command = new Command("run", "Run a backfill here and now, without a server. Exit code: 0 completed, 1 failed or cancelled, 2 not started.")
        {
            project, pipeline, start, end, interval, units, zone, limit, name, variables, yes, json,
        };
        command.SetAction(parsed =>
        {
            var span = BackfillSpan.Read(
                parsed.GetRequiredValue(start), parsed.GetRequiredValue(end), parsed.GetRequiredValue(interval), parsed.GetValue(units), parsed.GetValue(zone));
            var wish = new BackfillWish(parsed.GetRequiredValue(project), parsed.GetRequiredValue(pipeline), span)
            {
                Name = parsed.GetValue(name),
                Variables = Variables.Parse(parsed.GetRequiredValue(variables)),
                MaxConcurrentRuns = parsed.GetValue(limit),
                IsConfirmed = parsed.GetValue(yes),
            };
            return BackfillRun.ExecuteAsync(configuration(parsed), wish, parsed.GetValue(json));
        });
        return command;
    }

    private static Command CreateList(Func<ParseResult, string[]> configuration)
    {
        var project = new Argument<string?>("project") { Description = "Uuid of a project; all without it", Arity = ArgumentArity.ZeroOrOne };
        var pipeline = new Option<string?>("--pipeline") { Description = "Only those of this pipeline" };
        var status = new Option<string?>("--status") { Description = "Only those with this status" };
        status.AcceptOnlyFromAmong([.. Enum.GetValues<BackfillStatus>().Select(each => each.ToWord())]);
        var json = new Option<bool>("--json") { Description = "Print them as JSON" };
        var command = new Command("list", $"List the newest {ListLength} backfills, of all pipelines or of one.") { project, pipeline, status, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var host = await CommandHost.OpenAsync(configuration(parsed));
            var filter = new BackfillFilter(parsed.GetValue(project), parsed.GetValue(pipeline), BackfillWords.Find(parsed.GetValue(status)), Limit: ListLength);
            var backfills = await host.Services.GetRequiredService<BackfillService>().ListAsync(filter, cancellationToken);
            if (parsed.GetValue(json))
            {
                CommandJson.Write(backfills.Select(BackfillResource.From));
            }
            else
            {
                Print(backfills);
            }

            return ExitCodes.Completed;
        });
        return command;
    }

    private static Command CreateCancel(Func<ParseResult, string[]> configuration)
    {
        var id = new Argument<long>("id") { Description = "Id of the backfill" };
        var command = new Command("cancel", "Make no more runs of a backfill, and cancel those that are open.") { id };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var host = await CommandHost.OpenAsync(configuration(parsed));
            var backfill = await host.Services.GetRequiredService<BackfillService>().CancelAsync(parsed.GetValue(id), cancellationToken);
            Terminal.Create(Console.Out).MarkupLine($"Backfill {backfill.Id} is {Terminal.Markup(backfill.Status)}");
            return ExitCodes.Completed;
        });
        return command;
    }

    private static void Print(IReadOnlyList<Backfill> backfills)
    {
        var console = Terminal.Create(Console.Out);
        var table = new Table { Border = console.Profile.Capabilities.Unicode ? TableBorder.Rounded : TableBorder.Ascii }
            .AddColumns("Id", "Project", "Pipeline", "Name", "Status", "Intervals", "Completed", "Failed", "Open");
        foreach (var backfill in backfills)
        {
            table.AddRow(
                Number(backfill.Id), Markup.Escape(backfill.ProjectUuid), Markup.Escape(backfill.PipelineUuid), Markup.Escape(backfill.Name), Terminal.Markup(backfill.Status),
                Number(backfill.IntervalCount), Number(backfill.Runs.Completed), Number(backfill.Runs.Failed), Number(backfill.Runs.Initial + backfill.Runs.Running));
        }

        console.Write(table);
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
