using System.Globalization;
using Apache.Arrow;
using Apache.Arrow.Types;
using DuckDB.NET.Data;

namespace Mlops.Sdk.Tables;

/// <summary>Profiles a Parquet file by DuckDB: one query for the figures of all columns, one more for the shape of each.</summary>
internal sealed class ProfileReader(string path)
{
    private const long ExactDistinctRows = 100_000;
    private const int Bins = 12, Values = 5;

    private readonly string _from = $"read_parquet({DuckDb.Literal(path)})";

    public TableProfile Read(CancellationToken cancellationToken)
    {
        var footer = ParquetTables.ReadFooter(path);
        using var connection = DuckDb.Open();
        using var interrupt = cancellationToken.Register(() => Interrupt(connection));
        try
        {
            var figures = ReadFigures(connection, footer);
            var columns = footer.Schema.FieldsList.Select((field, i) =>
            {
                cancellationToken.ThrowIfCancellationRequested();
                return Profile(connection, field, footer.RowCount, figures.AsSpan(i * 4, 4).ToArray());
            });
            return new TableProfile(footer.RowCount, [.. columns]);
        }
        catch (DuckDBException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (DuckDBException exception)
        {
            // The statements are ours and fit the schema of the footer: what is wrong is in the pages.
            throw ParquetTables.Damaged(path, exception);
        }
    }

    private static void Interrupt(DuckDBConnection connection) => DuckDB.NET.Native.NativeMethods.Startup.DuckDBInterrupt(connection.NativeConnection);

    // count, distinct count, minimum, maximum of every column
    private object?[] ReadFigures(DuckDBConnection connection, ParquetTables.Footer footer)
    {
        var distinct = footer.RowCount <= ExactDistinctRows ? "count(distinct {0})" : "approx_count_distinct({0})";
        var expressions = footer.Schema.FieldsList.Select(field =>
        {
            var name = DuckDb.Identifier(field.Name);
            var range = HasOrder(field) ? $"min({name})::varchar, max({name})::varchar" : "null, null";
            return $"count({name}), {string.Format(CultureInfo.InvariantCulture, distinct, name)}, {range}";
        });
        using var command = connection.CreateCommand();
        command.CommandText = $"set timezone = 'UTC'; select {string.Join(", ", expressions)} from {_from}";
        using var reader = command.ExecuteReader();
        while (reader.FieldCount < footer.Schema.FieldsList.Count * 4 && reader.NextResult())
        {
        }

        reader.Read();
        return [.. Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? null : reader.GetValue(i))];
    }

    private ColumnProfile Profile(DuckDBConnection connection, Field field, long rowCount, object?[] figures)
    {
        var count = Convert.ToInt64(figures[0], CultureInfo.InvariantCulture);
        return new ColumnProfile(
            field.Name,
            ColumnTypeName.Of(field),
            rowCount - count,
            Convert.ToInt64(figures[1], CultureInfo.InvariantCulture),
            Text(figures[2]),
            Text(figures[3]),
            IsNumber(field.DataType) && count > 0 ? Histogram(connection, field) : [],
            IsCategory(field.DataType) && count > 0 ? MostFrequent(connection, field) : []);
    }

    // A NaN with its sign bit set, as .NET's has it, is '-nan' to DuckDB.
    private static string? Text(object? figure) => figure is "nan" or "-nan" ? "NaN" : (string?)figure;

    private long[] Histogram(DuckDBConnection connection, Field field)
    {
        var values = $"(select {DuckDb.Identifier(field.Name)}::double v from {_from})";
        using var command = connection.CreateCommand();
        command.CommandText = $"select min(v), max(v) from {values} where isfinite(v)";
        var (from, to) = ReadRange(command);
        if (from > to)
        {
            return [];
        }

        // So that 0 and 1 make two bars and not twelve with ten holes.
        var bins = field.DataType is IntegerType ? (int)Math.Min(Bins, to - from + 1) : from == to ? 1 : Bins;
        command.CommandText = $"select least(floor((v - $low) / $width), $last)::integer as bin, count(*) from {values} where isfinite(v) group by bin";
        command.Parameters.Add(new DuckDBParameter("low", from));
        command.Parameters.Add(new DuckDBParameter("width", from == to ? 1 : (to - from) / bins));
        command.Parameters.Add(new DuckDBParameter("last", (double)(bins - 1)));
        var counts = new long[bins];
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            counts[reader.GetInt32(0)] = reader.GetInt64(1);
        }

        return counts;
    }

    private static (double From, double To) ReadRange(DuckDBCommand command)
    {
        using var reader = command.ExecuteReader();
        reader.Read();
        return reader.IsDBNull(0) ? (1, 0) : (reader.GetDouble(0), reader.GetDouble(1));
    }

    private List<ValueCount> MostFrequent(DuckDBConnection connection, Field field)
    {
        var name = DuckDb.Identifier(field.Name);
        using var command = connection.CreateCommand();
        command.CommandText = $"""
            select {name}::varchar v, count(*) n from {_from} where {name} is not null group by all order by n desc, v limit {Values}
            """;
        using var reader = command.ExecuteReader();
        var values = new List<ValueCount>();
        while (reader.Read())
        {
            values.Add(new ValueCount(reader.GetString(0), reader.GetInt64(1)));
        }

        return values;
    }

    private static bool HasOrder(Field field) => field.DataType is not (NestedType or NullType);

    private static bool IsNumber(IArrowType type) => type is IntegerType or FloatingPointType || ScalarReaders.IsDecimal(type);

    private static bool IsCategory(IArrowType type) =>
        type is BooleanType || ScalarReaders.IsText(type) || (type is DictionaryType dictionary && ScalarReaders.IsText(dictionary.ValueType));
}
