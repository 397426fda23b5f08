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
        var json = new Option<bool>("--json") { Description = "Print them as JSON" };
        var command = new Command("list", "List projects and pipelines.") { json };
        command.SetAction(parsed => ListAsync(configuration(parsed), parsed.GetValue(json)));
        return command;
    }

    private static async Task<int> ListAsync(string[] configuration, bool json)
    {
        await using var host = await CommandHost.OpenAsync(configuration);
        var catalog = host.Services.GetRequiredService<ProjectCatalog>();
        if (json)
        {
            CommandJson.Write(catalog.ListProjects().SelectMany(project => catalog.ListPipelines(project.Uuid)).Select(PipelineLine.From));
            return ExitCodes.Completed;
        }

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

/// <summary>A pipeline as <c>list --json</c> prints it.</summary>
/// <param name="ProjectUuid">Its project.</param>
/// <param name="PipelineUuid">Its uuid.</param>
/// <param name="Name">For people.</param>
/// <param name="BlockCount">Blocks in its file, those that never run among them.</param>
/// <param name="IsValid">Whether it can be run.</param>
/// <param name="Problems">What is wrong with it.</param>
internal sealed record PipelineLine(string ProjectUuid, string PipelineUuid, string Name, int BlockCount, bool IsValid, IReadOnlyList<string> Problems)
{
    public static PipelineLine From(Pipeline pipeline) => new(
        pipeline.ProjectUuid, pipeline.Uuid, pipeline.Name, pipeline.Blocks.Count, pipeline.IsValid, [.. pipeline.Problems.Select(problem => problem.Message)]);
}
