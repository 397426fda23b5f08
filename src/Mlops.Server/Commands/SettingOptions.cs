using System.CommandLine;
using System.Text.RegularExpressions;
using Mlops.Server.Hosting;

namespace Mlops.Server.Commands;

/// <summary>The settings that the command line can give, for every command; they become arguments of the configuration.</summary>
internal sealed partial class SettingOptions
{
    private readonly Dictionary<Option<string>, string> _keys = new()
    {
        [Setting("--urls", "Addresses to listen on, separated by ';'. Default: http://localhost:6789")] = "urls",
        [Setting("--projects", "Folder with settings.yaml. Default: projects/, found from here upwards")] = "Mlops:Projects",
        [Setting("--data-dir", "Folder for database, outputs and logs. Default: .mlops beside projects/")] = "Mlops:DataDir",
        [Setting("--database", "PostgreSQL connection string. Default: an embedded SQLite file")] = "Mlops:Database",
        [Setting("--warehouse", "PostgreSQL connection string in place of the profile 'warehouse'")] = "Mlops:Warehouse",
    };

    public void AddTo(Command command)
    {
        foreach (var option in _keys.Keys)
        {
            command.Add(option);
        }
    }

    /// <summary>The given settings as <c>--key=value</c>, those of .NET's own configuration among them.</summary>
    /// <exception cref="InvalidSettingsException">There is something that is no setting.</exception>
    public string[] ToConfigurationArguments(ParseResult result) =>
    [
        .. Known(result.UnmatchedTokens),
        .. from pair in _keys
           let value = result.GetValue(pair.Key)
           where value is not null
           select $"--{pair.Value}={value}",
    ];

    // .NET's own settings pass, such as --environment=Development or --Mlops:Workers=2.
    private static IReadOnlyList<string> Known(IReadOnlyList<string> tokens)
    {
        var unknown = tokens.Where(token => !ConfigurationPattern().IsMatch(token)).ToList();
        return unknown.Count == 0
            ? tokens
            : throw new InvalidSettingsException([.. unknown.Select(token => $"'{token}' is neither a command nor an option; --help lists them.")]);
    }

    private static Option<string> Setting(string name, string description) => new(name) { Description = description, Recursive = true };

    [GeneratedRegex("^--([A-Za-z]+(:[A-Za-z0-9.]+)+|environment|contentRoot|applicationName|webroot)=", RegexOptions.IgnoreCase)]
    private static partial Regex ConfigurationPattern();
}
