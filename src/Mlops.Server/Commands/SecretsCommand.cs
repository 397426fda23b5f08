using System.CommandLine;
using Mlops.Core;
using Mlops.Core.Secrets;
using Spectre.Console;

namespace Mlops.Server.Commands;

/// <summary><c>secrets</c>: sets, lists by name and removes secrets. A value is read from standard input, since arguments can be seen by others.</summary>
internal static class SecretsCommand
{
    public static Command Create(Func<ParseResult, string[]> configuration)
    {
        var project = new Option<string?>("--project") { Description = "Uuid of the project that the secret belongs to. Default: all projects", Recursive = true };
        return new Command("secrets", "Set, list and remove secrets. Values are never shown.")
        {
            project,
            CreateSet(configuration, project),
            CreateList(configuration, project),
            CreateRemove(configuration, project),
        };
    }

    private static Command CreateSet(Func<ParseResult, string[]> configuration, Option<string?> project)
    {
        var name = new Argument<string>("name") { Description = "Name of the secret" };
        var command = new Command("set", "Set a secret to what standard input says, or ask for it: mlops secrets set TOKEN < token.txt") { name };
        command.SetAction(async parsed =>
        {
            var value = await ReadValueAsync();
            await using var host = await CommandHost.OpenAsync(configuration(parsed));
            var secret = await Service(host).SetAsync(parsed.GetValue(project), parsed.GetRequiredValue(name), value, Environment.UserName, CancellationToken.None);
            Terminal.Create(Console.Out).MarkupLineInterpolated($"[green]Set[/] {secret.Name} of {secret.ProjectUuid ?? "all projects"}");
            return ExitCodes.Completed;
        });
        return command;
    }

    private static Command CreateList(Func<ParseResult, string[]> configuration, Option<string?> project)
    {
        var command = new Command("list", "List the names of secrets.");
        command.SetAction(async parsed =>
        {
            await using var host = await CommandHost.OpenAsync(configuration(parsed));
            var console = Terminal.Create(Console.Out);
            var table = new Table { Border = console.Profile.Capabilities.Unicode ? TableBorder.Rounded : TableBorder.Ascii }.AddColumns("Name", "Project", "Set", "By");
            foreach (var secret in await Service(host).ListAsync(parsed.GetValue(project), CancellationToken.None))
            {
                table.AddRow(
                    Markup.Escape(secret.Name), Markup.Escape(secret.ProjectUuid ?? "all projects"), $"{secret.UpdatedAt:yyyy-MM-dd HH:mm} UTC",
                    Markup.Escape(secret.UpdatedBy ?? ""));
            }

            console.Write(table);
            return ExitCodes.Completed;
        });
        return command;
    }

    private static Command CreateRemove(Func<ParseResult, string[]> configuration, Option<string?> project)
    {
        var name = new Argument<string>("name") { Description = "Name of the secret" };
        var command = new Command("remove", "Remove a secret.") { name };
        command.SetAction(async parsed =>
        {
            await using var host = await CommandHost.OpenAsync(configuration(parsed));
            await Service(host).RemoveAsync(parsed.GetValue(project), parsed.GetRequiredValue(name), CancellationToken.None);
            Terminal.Create(Console.Out).MarkupLineInterpolated($"[green]Removed[/] {parsed.GetRequiredValue(name)}");
            return ExitCodes.Completed;
        });
        return command;
    }

    /// <exception cref="InvalidRequestException">Nothing came.</exception>
    private static async Task<string> ReadValueAsync()
    {
        var value = Console.IsInputRedirected
            ? await Console.In.ReadToEndAsync()
            : await Terminal.Create(Console.Error).PromptAsync(new TextPrompt<string>("Value (not shown):").Secret(null));

        // The line feed at the end is the shell's or the editor's, not the secret's.
        value = value.TrimEnd('\r', '\n');
        return value.Length > 0 ? value : throw new InvalidRequestException("invalid_secret", ["No value came by standard input. Write: mlops secrets set NAME < file"]);
    }

    private static SecretService Service(CommandHost host) => host.Services.GetRequiredService<SecretService>();
}
