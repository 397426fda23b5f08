using Mlops.Sdk;

namespace Mlops.Blocks.Connectors.DuckDb;

/// <summary>An embedded DuckDB file: <c>DUCKDB_DATABASE</c> is its path in the project (or below the data directory), <c>DUCKDB_SCHEMA</c> its schema.</summary>
internal sealed class DuckDbConnector(TimeProvider clock) : IConnector
{
    public const string SchemaKey = "DUCKDB_SCHEMA";

    public string Provider => "duckdb";

    public string KeyPrefix => "DUCKDB_";

    public string DatabaseKey => "DUCKDB_DATABASE";

    public Connection Create(ConnectionProfile profile)
    {
        var path = Path.GetFullPath(profile.Require(DatabaseKey), profile.ProjectPath);
        return IsInside(path, profile.ProjectPath) || IsInside(path, profile.DataPath)
            ? new DuckDbConnection(profile, path, clock)
            : throw new ConnectionException(
                $"DUCKDB_DATABASE of the profile '{profile.Name}' in io_config.yaml leads out of the project. Give a path inside the project's folder.");
    }

    private static bool IsInside(string path, string folder) =>
        path.StartsWith(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)) + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}
