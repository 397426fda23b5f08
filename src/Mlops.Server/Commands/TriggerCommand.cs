using System.CommandLine;
using System.Globalization;
using Mlops.Core.Projects;
using Mlops.Core.Triggers;
using Mlops.Server.Api.Triggers;
using Spectre.Console;

namespace Mlops.Server.Commands;

/// <summary><c>trigger</c>: lists triggers and switches them; a server on the same projects follows at once.</summary>
internal static class TriggerCommand
{
    public static Command Create(Func<ParseResult, string[]> configuration) => new("trigger", "List triggers, and switch them on and off.")
    {
        CreateList(configuration),
        CreateSwitch(configuration, "enable", "Switch a trigger on, in its triggers.yaml.", isActive: true),
        CreateSwitch(configuration, "disable", "Switch a trigger off, in its triggers.yaml.", isActive: false),
    };

    private static Command CreateList(Func<ParseResult, string[]> configuration)
    {
        var project = new Argument<string?>("project") { Description = "Uuid of a project; all without it", Arity = ArgumentArity.ZeroOrOne };
        var json = new Option<bool>("--json") { Description = "Print them as JSON" };
        var command = new Command("list", "List triggers with their next runs.") { project, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var host = await CommandHost.OpenAsync(configuration(parsed));
            var triggers = await ListAsync(host, parsed.GetValue(project), cancellationToken);
            if (parsed.GetValue(json))
            {
                CommandJson.Write(triggers.Select(TriggerResource.From));
            }
            else
            {
                Print(triggers);
            }

            return ExitCodes.Completed;
        });
        return command;
    }

    private static Command CreateSwitch(Func<ParseResult, string[]> configuration, string name, string description, bool isActive)
    {
        var project = new Argument<string>("project") { Description = "Uuid of the project" };
        var pipeline = new Argument<string>("pipeline") { Description = "Uuid of the pipeline" };
        var trigger = new Argument<string>("name") { Description = "Name of the trigger" };
        var command = new Command(name, description) { project, pipeline, trigger };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var host = await CommandHost.OpenAsync(configuration(parsed));
            var switched = await host.Services.GetRequiredService<TriggerService>().SetActiveAsync(
                parsed.GetRequiredValue(project), parsed.GetRequiredValue(pipeline), parsed.GetRequiredValue(trigger), isActive, cancellationToken);
            Terminal.Create(Console.Out).MarkupLineInterpolated(
                CultureInfo.InvariantCulture, $"{switched.Name} is {(switched.IsActive ? "active" : "inactive")}{Next(switched)}");
            return ExitCodes.Completed;
        });
        return command;
    }

    private static async Task<IReadOnlyList<Trigger>> ListAsync(CommandHost host, string? project, CancellationToken cancellationToken)
    {
        var service = host.Services.GetRequiredService<TriggerService>();
        var projects = project is null ? host.Services.GetRequiredService<ProjectCatalog>().ListProjects().Select(each => each.Uuid) : [project];
        List<Trigger> triggers = [];
        foreach (var uuid in projects)
        {
            triggers.AddRange(await service.ListAsync(uuid, pipelineUuid: null, cancellationToken));
        }

        return triggers;
    }

    private static void Print(IReadOnlyList<Trigger> triggers)
    {
        var console = Terminal.Create(Console.Out);
        var table = new Table { Border = console.Profile.Capabilities.Unicode ? TableBorder.Rounded : TableBorder.Ascii }
            .AddColumns("Project", "Pipeline", "Trigger", "Type", "Interval", "State", "Next run (UTC)");
        foreach (var trigger in triggers)
        {
            table.AddRow(
                Markup.Escape(trigger.ProjectUuid), Markup.Escape(trigger.PipelineUuid), Markup.Escape(trigger.Name), Markup.Escape(trigger.ScheduleType),
                Markup.Escape(trigger.ScheduleInterval ?? ""), State(trigger),
                trigger.NextRunAt?.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) ?? "");
        }

        console.Write(table);
    }

    private static string State(Trigger trigger) =>
        trigger.Problem is { } problem ? $"[red]{Markup.Escape(problem)}[/]" : trigger.IsActive ? "[green]active[/]" : "inactive";

    private static string Next(Trigger trigger) => trigger.NextRunAt is { } next
        ? string.Create(CultureInfo.InvariantCulture, $"; its next run is at {next.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC")
        : "";
}
