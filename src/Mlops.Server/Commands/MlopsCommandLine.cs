using System.CommandLine;
using Mlops.Core;
using Mlops.Core.Database;
using Mlops.Core.Runs.Outputs;
using Mlops.Server.Hosting;

namespace Mlops.Server.Commands;

/// <summary>The command line: a file a command, and a line here. Without a command it serves.</summary>
internal static class MlopsCommandLine
{
    /// <summary>Parses and does what is asked; expected errors are printed one a line, without a stack trace.</summary>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public static async Task<int> InvokeAsync(string[] args, Func<string[], Task<int>> serveAsync)
    {
        var result = Create(serveAsync, [.. args.Where(SettingOptions.IsConfiguration)]).Parse([.. args.Where(argument => !SettingOptions.IsConfiguration(argument))]);
        try
        {
            // The commands catch Ctrl+C themselves: a server has runs to hand back, a run is to be cancelled.
            var code = await result.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
            return result.Errors.Count == 0 ? code : ExitCodes.Invalid;
        }
        catch (InvalidSettingsException exception)
        {
            return await RefuseAsync("Mlops cannot start:", exception.Errors);
        }
        catch (DatabaseException exception)
        {
            return await RefuseAsync("Mlops cannot use its database:", [exception.Message]);
        }
        catch (OutputStorageException exception)
        {
            return await RefuseAsync("Mlops cannot use its output store:", [exception.Message]);
        }
        catch (InvalidRequestException exception)
        {
            return await RefuseAsync("This cannot be done as asked:", exception.Errors);
        }
        catch (NotFoundException exception)
        {
            return await RefuseAsync("There is no such thing:", [exception.Message]);
        }
    }

    private static RootCommand Create(Func<string[], Task<int>> serveAsync, string[] configuration)
    {
        var settings = new SettingOptions();
        var root = new RootCommand("Mlops: pipelines in C# and SQL with a web page. Without a command it serves that page.")
        {
            StartCommand.Create(Configuration, serveAsync),
            InitCommand.Create(Configuration),
            BlockCommand.Create(Configuration),
            ValidateCommand.Create(Configuration),
            RunCommand.Create(Configuration),
            LogsCommand.Create(Configuration),
            ListCommand.Create(Configuration),
            TriggerCommand.Create(Configuration),
            BackfillCommand.Create(Configuration),
            WorkerCommand.Create(Configuration),
            SecretsCommand.Create(Configuration),
            ApprovalsCommand.Create(Configuration),
        };
        settings.AddTo(root);
        root.SetAction(parsed => serveAsync(Configuration(parsed)));
        return root;

        string[] Configuration(ParseResult parsed) => [.. configuration, .. settings.ToConfigurationArguments(parsed)];
    }

    private static async Task<int> RefuseAsync(string title, IReadOnlyList<string> errors)
    {
        await Console.Error.WriteLineAsync(title);
        foreach (var error in errors)
        {
            await Console.Error.WriteLineAsync("- " + error);
        }

        return ExitCodes.Invalid;
    }
}
