using System.CommandLine;
using System.Globalization;
using Mlops.Core.Pipelines;
using Mlops.Core.Projects;
using Spectre.Console;

namespace Mlops.Server.Commands;

/// <summary><c>list</c>: projects and pipelines, with what is wrong with them.</summary>
internal static class ListCommand
{
    public static Command Create(Func<ParseResult, string[]> configuration)
    {
        var command = new Command("list", "List projects and pipelines.");
        command.SetAction(parsed => ListAsync(configuration(parsed)));
        return command;
    }

    private static async Task<int> ListAsync(string[] configuration)
    {
        await using var host = await CommandHost.OpenAsync(configuration);
        var catalog = host.Services.GetRequiredService<ProjectCatalog>();
        var console = Terminal.Create(Console.Out);
        var table = new Table { Border = console.Profile.Capabilities.Unicode ? TableBorder.Rounded : TableBorder.Ascii }
            .AddColumns("Project", "Pipeline", "Name", "Blocks", "State");
        foreach (var pipeline in catalog.ListProjects().SelectMany(project => catalog.ListPipelines(project.Uuid)))
        {
            table.AddRow(
                Markup.Escape(pipeline.ProjectUuid), Markup.Escape(pipeline.Uuid), Markup.Escape(pipeline.Name),
                pipeline.Blocks.Count.ToString(CultureInfo.InvariantCulture), State(pipeline));
        }

        console.Write(table);
        return ExitCodes.Completed;
    }

    private static string State(Pipeline pipeline) =>
        pipeline.IsValid ? "[green]valid[/]" : $"[red]{Markup.Escape(pipeline.Problems.First(problem => problem.IsError).Message)}[/]";
}
