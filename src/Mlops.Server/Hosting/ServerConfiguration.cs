using Microsoft.Extensions.Configuration.CommandLine;

namespace Mlops.Server.Hosting;

/// <summary>Where settings come from; later ones win: <c>appsettings.json</c>, environment variables, the command line.</summary>
internal static class ServerConfiguration
{
    public const string Section = "Mlops";

    /// <summary>Settings by environment variable; <c>Mlops__Projects</c> and the like work too, as in any .NET program.</summary>
    public static IReadOnlyDictionary<string, string> KeysByVariable { get; } = new Dictionary<string, string>
    {
        ["MLOPS_PROJECTS"] = "Mlops:Projects",
        ["MLOPS_DATA_DIR"] = "Mlops:DataDir",
        ["MLOPS_DATABASE"] = "Mlops:Database",
        ["MLOPS_WAREHOUSE"] = "Mlops:Warehouse",
        ["MLOPS_OUTPUTS"] = "Mlops:Outputs",
        ["MLOPS_OUTPUTS_CACHE"] = "Mlops:OutputsCache",
        ["MLOPS_URLS"] = "Mlops:Urls",
        ["MLOPS_ALLOWED_HOSTS"] = "Mlops:AllowedHosts",
        ["MLOPS_RUNNERS"] = "Mlops:Runners",
        ["MLOPS_RUNNER_MEMORY"] = "Mlops:RunnerMemory",
        ["MLOPS_RUNNER_ENV"] = "Mlops:RunnerEnv",
        ["MLOPS_SECRETS_KEY"] = "Mlops:SecretsKey",
        ["MLOPS_WARM_UP"] = "Mlops:WarmUp",
        ["MLOPS_ENV"] = "Mlops:Env",
        ["MLOPS_WATCHED_FOLDERS"] = "Mlops:WatchedFolders",
        ["MLOPS_RUN_LIMIT"] = "Mlops:RunLimit",
        ["MLOPS_STOP_GRACE_SECONDS"] = "Mlops:StopGraceSeconds",
        ["MLOPS_DRAIN_SECONDS"] = "Mlops:DrainSeconds",
    };

    /// <summary>Adds the variables of <see cref="KeysByVariable"/> below the command line.</summary>
    public static void AddMlopsEnvironment(this IConfigurationBuilder configuration)
    {
        // Files that appear beside a server which runs from its sources: theirs would be a route without a policy.
        configuration.AddInMemoryCollection([new("DisableStaticAssetNotFoundRuntimeFallback", "true")]);
        var settings = KeysByVariable
            .Select(pair => KeyValuePair.Create(pair.Value, Environment.GetEnvironmentVariable(pair.Key)))
            .Where(pair => !string.IsNullOrWhiteSpace(pair.Value))
            .ToList();
        var source = new Microsoft.Extensions.Configuration.Memory.MemoryConfigurationSource { InitialData = settings };
        var commandLine = configuration.Sources.Select((item, index) => (item, index)).LastOrDefault(pair => pair.item is CommandLineConfigurationSource);
        if (commandLine.item is null)
        {
            configuration.Sources.Add(source);
        }
        else
        {
            configuration.Sources.Insert(commandLine.index, source);
        }
    }
}
