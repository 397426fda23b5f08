using System.CommandLine;
using Mlops.Core.Projects;
using Mlops.Server.Hosting;

namespace Mlops.Server.Commands;

/// <summary><c>init project</c>: makes a project with a pipeline that runs.</summary>
internal static class InitCommand
{
    public static Command Create(Func<ParseResult, string[]> configuration)
    {
        var project = new Argument<string>("project") { Description = "Name of the new project, such as churn_model" };
        var command = new Command("init", "Make a project with an example pipeline, in the projects folder or in a new one named 'projects'.") { project };
        command.SetAction((parsed, cancellationToken) => InitAsync(configuration(parsed), parsed.GetRequiredValue(project), cancellationToken));
        return command;
    }

    private static async Task<int> InitAsync(string[] configuration, string project, CancellationToken cancellationToken)
    {
        var settings = new ConfigurationBuilder().AddCommandLine(configuration);
        settings.AddMlopsEnvironment();
        var given = settings.Build()[$"{ServerConfiguration.Section}:Projects"];
        var folder = Path.GetFullPath(!string.IsNullOrWhiteSpace(given) ? given.Trim() : ProjectsFolder.FindFrom(Environment.CurrentDirectory) ?? "projects");
        var made = await ProjectCreator.CreateAsync(folder, project, AppContext.BaseDirectory, cancellationToken);
        Console.Out.WriteLine($"Made {made}");
        Console.Out.WriteLine($"Its pipeline runs by: run {project} example_pipeline");
        return ExitCodes.Completed;
    }
}
