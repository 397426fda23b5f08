using System.Data.Common;
using Dapper;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Mlops.Chaos.Machine;

/// <summary>Reads the metadata database of a trial past the product.</summary>
internal sealed class TrialDatabase
{
    private readonly Func<DbConnection> _create;

    /// <param name="path">Of the SQLite file.</param>
    public TrialDatabase(string path)
    {
        var text = new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadWrite, Pooling = false, DefaultTimeout = 10 }.ToString();
        _create = () => new SqliteConnection(text);
    }

    /// <param name="settings">Of PostgreSQL.</param>
    public TrialDatabase(NpgsqlConnectionStringBuilder settings)
    {
        var text = settings.ConnectionString;
        _create = () => new NpgsqlConnection(text);
    }

    /// <exception cref="DbException">The database is away.</exception>
    public async Task<IReadOnlyList<T>> QueryAsync<T>(string sql)
    {
        await using var connection = _create();
        await connection.OpenAsync();
        return (await connection.QueryAsync<T>(new CommandDefinition(sql))).AsList();
    }

    /// <summary>Likewise; nothing where the database is away, for those who ask again soon.</summary>
    /// <returns>Null where it is away.</returns>
    public async Task<IReadOnlyList<T>?> TryQueryAsync<T>(string sql)
    {
        try
        {
            return await QueryAsync<T>(sql);
        }
        catch (Exception exception) when (exception is DbException or TimeoutException or IOException)
        {
            return null;
        }
    }
}
