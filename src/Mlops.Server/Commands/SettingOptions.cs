using System.CommandLine;
using System.Text.RegularExpressions;

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
        [Setting("--outputs", "Folder or s3://bucket/prefix for outputs. Default: outputs/ in the data folder")] = "Mlops:Outputs",
    };

    public void AddTo(Command command)
    {
        foreach (var option in _keys.Keys)
        {
            command.Add(option);
        }
    }

    /// <summary>The given settings as <c>--key=value</c>.</summary>
    public IEnumerable<string> ToConfigurationArguments(ParseResult result) =>
        from pair in _keys
        let value = result.GetValue(pair.Key)
        where value is not null
        select $"--{pair.Value}={value}";

    /// <summary>Whether this is a setting of .NET's own configuration, such as <c>--environment=Development</c> or <c>--Mlops:Runners=2</c>.</summary>
    public static bool IsConfiguration(string argument) => ConfigurationPattern().IsMatch(argument);

    private static Option<string> Setting(string name, string description) => new(name) { Description = description, Recursive = true };

    [GeneratedRegex("^--([A-Za-z]+(:[A-Za-z0-9.]+)+|Mlops|environment|contentRoot|applicationName|webroot)=", RegexOptions.IgnoreCase)]
    private static partial Regex ConfigurationPattern();
}
