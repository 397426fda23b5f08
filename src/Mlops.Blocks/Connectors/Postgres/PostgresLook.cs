using Npgsql;

namespace Mlops.Blocks.Connectors.Postgres;

/// <summary>The look of a sensor at PostgreSQL: in a transaction that can only read, by a cursor, so that no more than a row is made and sent.</summary>
internal static class PostgresLook
{
    private const string Cursor = "declare mlops_look no scroll cursor for\n";

    private static readonly HashSet<string> NumberTypes =
        ["smallint", "integer", "bigint", "real", "double precision", "numeric", "money", "oid"];

    /// <exception cref="StatementException">The statement gives no column; its message says so, without the connection.</exception>
    public static async Task<bool> AskAsync(NpgsqlConnection connection, string sql, string? schema, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);

        // Quotes are doubled in what templates fill in: a backslash must not count, whatever the database is set to.
        var path = schema is null ? "" : $"; set local search_path to {TableName.Quote(schema)}, public";
        await ExecuteAsync(connection, $"set transaction read only; set local standard_conforming_strings = on{path}", cancellationToken);
        await ExecuteAsync(connection, Cursor + sql, cancellationToken);

        // As text, since any type has one.
        await using var fetch = new NpgsqlCommand("fetch 1 from mlops_look", connection) { AllResultTypesAreUnknown = true, CommandTimeout = 0 };
        await using var reader = await fetch.ExecuteReaderAsync(cancellationToken);
        if (reader.FieldCount == 0)
        {
            throw new StatementException("it gives no column. Ask with a select", null);
        }

        return await reader.ReadAsync(cancellationToken) && !await reader.IsDBNullAsync(0, cancellationToken) && IsTrue(reader.GetDataTypeName(0), reader.GetString(0));
    }

    /// <summary>The index in the statement that an error names.</summary>
    public static int? OffsetOf(PostgresException exception, string sql)
    {
        // PostgreSQL counts characters from 1; those beyond U+FFFF are two here.
        var characters = exception.Position - 1 - Cursor.Length;
        if (characters < 0 || exception.InternalPosition > 0)
        {
            return null;
        }

        var offset = 0;
        foreach (var rune in sql.EnumerateRunes().Take(characters))
        {
            offset += rune.Utf16SequenceLength;
        }

        return offset;
    }

    private static bool IsTrue(string type, string text) => type == "boolean" ? text == "t" : NumberTypes.Contains(type) ? Truth.OfNumber(text) : Truth.OfText(text);

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
