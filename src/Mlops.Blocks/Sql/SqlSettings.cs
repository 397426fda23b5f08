using System.Text.Json;
using Mlops.Blocks.Connectors;
using Mlops.Blocks.Connectors.DuckDb;
using Mlops.Blocks.Templates;
using Mlops.Sdk;

namespace Mlops.Blocks.Sql;

/// <summary>
/// Finds the database of an SQL block by its configuration, in Mage's words: <c>data_provider</c>, <c>data_provider_profile</c> (<c>default</c>),
/// <c>data_provider_database</c>, <c>data_provider_schema</c>.
/// </summary>
internal static class SqlSettings
{
    private const string Provider = "data_provider";
    private const string Profile = "data_provider_profile";
    private const string Database = "data_provider_database";
    private const string Schema = "data_provider_schema";
    private const string DefaultProfile = "default";
    private const string Embedded = "duckdb";

    /// <exception cref="ConnectionException">The configuration names no database that there is.</exception>
    public static ISensorDatabase Open(
        ConnectionProfiles connections, string projectPath, IReadOnlyDictionary<string, JsonElement> configuration, TemplateRenderer templates)
    {
        var choice = Read(configuration);
        return IsEmbedded(projectPath, configuration, choice)
            ? new EmbeddedDuckDb(new DuckDbSight("The embedded DuckDB, which is asked because io_config.yaml has no profile 'default',", projectPath, choice.Schema))
            : connections.Open(projectPath, choice, templates) as ISensorDatabase
                ?? throw new ConnectionException($"The connection '{choice.Profile}' is of a database that sensors cannot look at. Name another profile in {Profile}.");
    }

    /// <summary>Looks whether there is such a database, as far as that can be known without a run: what has a template in it is let pass.</summary>
    /// <exception cref="ConnectionException">The configuration names no database that there is.</exception>
    public static void Check(ConnectionProfiles connections, string projectPath, IReadOnlyDictionary<string, JsonElement> configuration)
    {
        var choice = Read(configuration);
        if (!TemplateRenderer.IsTemplate(choice.Profile) && !TemplateRenderer.IsTemplate(choice.Provider ?? "") && !IsEmbedded(projectPath, configuration, choice))
        {
            connections.Check(projectPath, choice);
        }
    }

    /// <summary>Who names no database, in a project that has none for such blocks, asks the embedded one.</summary>
    private static bool IsEmbedded(string projectPath, IReadOnlyDictionary<string, JsonElement> configuration, ConnectionChoice choice) =>
        Text(configuration, Profile) is null && choice is { Provider: null or Embedded, Database: null } && !IoConfig.HasProfile(projectPath, DefaultProfile);

    private static ConnectionChoice Read(IReadOnlyDictionary<string, JsonElement> configuration) => new(Text(configuration, Profile) ?? DefaultProfile)
    {
        Provider = Text(configuration, Provider),
        Database = Text(configuration, Database),
        Schema = Text(configuration, Schema),
    };

    private static string? Text(IReadOnlyDictionary<string, JsonElement> configuration, string key) =>
        !configuration.TryGetValue(key, out var value) || value.ValueKind == JsonValueKind.Null ? null
        : value.ValueKind != JsonValueKind.String ? throw new ConnectionException($"{key} in the block's configuration is {value.GetRawText()}. Write a name.")
        : value.GetString() is { Length: > 0 } text ? text
        : null;
}
