using System.Globalization;
using System.Text.RegularExpressions;
using DuckDB.NET.Data;
using Duck = Mlops.Sdk.Tables.DuckDb;

namespace Mlops.Blocks.Connectors.DuckDb;

/// <summary>The look of a sensor at DuckDB, in a transaction that can only read; the first row is taken from the stream.</summary>
internal static partial class DuckDbLook
{
    /// <summary>Whoever calls this lets the token cancel the command.</summary>
    /// <param name="command">A command of an open connection.</param>
    /// <param name="sql">The statement.</param>
    /// <param name="sight">What it sees.</param>
    /// <param name="cancellationToken">Tells a query that was stopped from one that is wrong.</param>
    /// <exception cref="StatementException">The statement is refused.</exception>
    public static bool Ask(DuckDBCommand command, string sql, DuckDbSight sight, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        command.CommandText = $"set file_search_path = {Duck.Literal(sight.ProjectPath)};{(sight.Schema is null ? "" : $"use {Duck.Identifier(sight.Schema)};")}begin transaction read only";
        command.ExecuteNonQuery();
        try
        {
            command.CommandText = sql;
            command.UseStreamingMode = true;
            using var reader = command.ExecuteReader();
            return reader.FieldCount == 0
                ? throw new StatementException($"{sight.Who} could not answer the query: it gives no column. Ask with a select", null)
                : reader.Read() && !reader.IsDBNull(0) && IsTrue(reader);
        }
        catch (DuckDBException exception)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new StatementException($"{sight.Who} could not answer the query: {ReasonOf(exception)}", OffsetOf(exception, sql), exception);
        }
    }

    private static bool IsTrue(DuckDBDataReader reader)
    {
        try
        {
            return Truth.Of(reader.GetValue(0));
        }
        catch (OverflowException)
        {
            // A decimal beyond .NET's: whatever it is, it is not 0.
            return true;
        }
    }

    /// <summary>Without the line of the statement, in which values stand.</summary>
    private static string ReasonOf(DuckDBException exception) =>
        Place().Match(exception.Message) is { Success: true } place ? exception.Message[..place.Index].TrimEnd() : exception.Message;

    private static int? OffsetOf(DuckDBException exception, string sql)
    {
        if (Place().Match(exception.Message) is not { Success: true } place || !int.TryParse(place.Groups["line"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var line))
        {
            return null;
        }

        var lines = sql.Split('\n');
        if (line < 1 || line > lines.Length)
        {
            return null;
        }

        // Of a long line a part is shown, with dots where it was cut.
        var shown = place.Groups["shown"].Value;
        var cut = shown.StartsWith("...", StringComparison.Ordinal) ? "...".Length : 0;
        var start = cut == 0 ? 0 : lines[line - 1].IndexOf(shown[cut..].TrimEnd('.'), StringComparison.Ordinal);
        var column = start - cut + place.Groups["caret"].Length - place.Groups["head"].Length;
        return lines.Take(line - 1).Sum(before => before.Length + 1) + Math.Clamp(start < 0 ? 0 : column, 0, lines[line - 1].Length);
    }

    // LINE 2:   nothing
    //           ^
    [GeneratedRegex(@"\n\n(?<head>LINE (?<line>\d+): )(?<shown>.*)(\n(?<caret> *)\^)?", RegexOptions.CultureInvariant)]
    private static partial Regex Place();
}
