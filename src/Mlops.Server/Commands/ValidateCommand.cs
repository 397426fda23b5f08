using System.CommandLine;
using System.Globalization;
using Mlops.Core.Projects;
using Spectre.Console;

namespace Mlops.Server.Commands;

/// <summary><c>validate</c>: reads and compiles everything without running it, for continuous integration.</summary>
internal static class ValidateCommand
{
    public static Command Create(Func<ParseResult, string[]> configuration)
    {
        var project = new Argument<string?>("project") { Description = "Uuid of a project; all without it", Arity = ArgumentArity.ZeroOrOne };
        var json = new Option<bool>("--json") { Description = "Print what was found as JSON" };
        var command = new Command(
            "validate",
            "Check every file of every pipeline without running anything: YAML, graph, triggers, that each block compiles, and that blocks can take what those upstream return. Exit code: 0 sound, 1 errors, 2 not checked.")
        {
            project, json,
        };
        command.SetAction((parsed, cancellationToken) =>
            ValidateAsync(configuration(parsed), parsed.GetValue(project), parsed.GetValue(json), cancellationToken));
        return command;
    }

    private static async Task<int> ValidateAsync(string[] configuration, string? project, bool json, CancellationToken cancellationToken)
    {
        await using var host = await CommandHost.OpenAsync(configuration);
        var catalog = host.Services.GetRequiredService<ProjectCatalog>();
        var projects = project is null ? catalog.ListProjects() : [catalog.GetProject(project)];
        var validation = ActivatorUtilities.CreateInstance<Validation>(host.Services);
        foreach (var each in projects)
        {
            await validation.CheckAsync(each, cancellationToken);
        }

        if (json)
        {
            CommandJson.Write(new ValidationResource(validation.PipelineCount, validation.BlockCount, validation.Findings));
        }
        else
        {
            Print(validation);
        }

        return validation.Findings.Any(finding => finding.IsError) ? ExitCodes.Failed : ExitCodes.Completed;
    }

    /// <summary>A line a finding, in the form in which editors and build servers find file and line.</summary>
    private static void Print(Validation validation)
    {
        var console = Terminal.Create(Console.Out);
        foreach (var finding in validation.Findings)
        {
            var (color, word) = finding.IsError ? ("red", "error") : ("yellow", "warning");
            console.MarkupLine($"{Markup.Escape(Place(finding))}: [{color}]{word}[/]: {Markup.Escape(finding.Message)}");
        }

        var (errors, warnings) = (validation.Findings.Count(finding => finding.IsError), validation.Findings.Count(finding => !finding.IsError));
        console.MarkupLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Count(validation.PipelineCount, "pipeline")}, {Count(validation.BlockCount, "block")}: [{(errors > 0 ? "red" : "green")}]{Count(errors, "error")}[/], {Count(warnings, "warning")}"));
    }

    // unit_0_setup/data_loaders/load_titanic.cs(12,5)
    private static string Place(Finding finding) => finding switch
    {
        { Line: { } line, Column: { } column } => string.Create(CultureInfo.InvariantCulture, $"{finding.File}({line},{column})"),
        { Line: { } line } => string.Create(CultureInfo.InvariantCulture, $"{finding.File}({line})"),
        _ => finding.File,
    };

    private static string Count(int count, string thing) => string.Create(CultureInfo.InvariantCulture, $"{count} {thing}{(count == 1 ? "" : "s")}");
}

/// <summary>What <c>validate --json</c> prints.</summary>
/// <param name="PipelineCount">Pipelines that were checked.</param>
/// <param name="BlockCount">Blocks that were compiled, each once however many pipelines use it.</param>
/// <param name="Findings">What was found, in the order of projects and pipelines.</param>
internal sealed record ValidationResource(int PipelineCount, int BlockCount, IReadOnlyList<Finding> Findings);
