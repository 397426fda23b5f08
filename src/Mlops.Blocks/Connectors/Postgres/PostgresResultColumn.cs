using Apache.Arrow;
using Apache.Arrow.Types;
using Npgsql;
using Npgsql.Schema;

namespace Mlops.Blocks.Connectors.Postgres;

/// <summary>Gathers the cells of one column of a query's result into Arrow arrays.</summary>
internal abstract class PostgresResultColumn
{
    /// <summary>Name and type; final once all rows are in.</summary>
    public abstract Field Field { get; }

    /// <exception cref="UnsupportedColumnException">A table does not keep this type.</exception>
    public static PostgresResultColumn Of(NpgsqlDbColumn column)
    {
        var (name, nullable) = (column.ColumnName, column.AllowDBNull ?? true);
        return column.DataTypeName switch
        {
            "boolean" => new Column<BooleanArray, BooleanArray.Builder>(new Field(name, BooleanType.Default, nullable), (builder, reader, i) => builder.Append(reader.GetBoolean(i))),
            "smallint" => new Column<Int16Array, Int16Array.Builder>(new Field(name, Int16Type.Default, nullable), (builder, reader, i) => builder.Append(reader.GetInt16(i))),
            "integer" => new Column<Int32Array, Int32Array.Builder>(new Field(name, Int32Type.Default, nullable), (builder, reader, i) => builder.Append(reader.GetInt32(i))),
            "bigint" => new Column<Int64Array, Int64Array.Builder>(new Field(name, Int64Type.Default, nullable), (builder, reader, i) => builder.Append(reader.GetInt64(i))),
            "real" => new Column<FloatArray, FloatArray.Builder>(new Field(name, FloatType.Default, nullable), (builder, reader, i) => builder.Append(reader.GetFloat(i))),
            "double precision" => new Column<DoubleArray, DoubleArray.Builder>(new Field(name, DoubleType.Default, nullable), (builder, reader, i) => builder.Append(reader.GetDouble(i))),
            "numeric" => new PostgresNumericColumn(name, nullable, column.NumericScale),
            "bytea" => new Column<BinaryArray, BinaryArray.Builder>(
                new Field(name, BinaryType.Default, nullable), (builder, reader, i) => builder.Append(reader.GetFieldValue<byte[]>(i).AsSpan())),
            "date" => new Column<Int32Array, Int32Array.Builder>(
                new Field(name, Date32Type.Default, nullable), (builder, reader, i) => builder.Append(reader.GetFieldValue<DateOnly>(i).DayNumber - EpochDay)),
            "timestamp without time zone" => new Column<Int64Array, Int64Array.Builder>(
                new Field(name, new TimestampType(TimeUnit.Microsecond, (string?)null), nullable), (builder, reader, i) => builder.Append(Microseconds(reader, i))),
            "timestamp with time zone" => new Column<Int64Array, Int64Array.Builder>(
                new Field(name, new TimestampType(TimeUnit.Microsecond, "UTC"), nullable), (builder, reader, i) => builder.Append(Microseconds(reader, i))),
            "time without time zone" => new Column<Int64Array, Int64Array.Builder>(
                new Field(name, new Time64Type(TimeUnit.Microsecond), nullable),
                (builder, reader, i) => builder.Append(reader.GetFieldValue<TimeOnly>(i).Ticks / TimeSpan.TicksPerMicrosecond)),
            "uuid" => new PostgresUuidColumn(name, nullable),
            "text" or "character" or "character varying" or "name" or "citext" or "json" or "jsonb" or "xml" => new Column<StringArray, StringArray.Builder>(
                new Field(name, StringType.Default, nullable), (builder, reader, i) => builder.Append(reader.GetString(i))),
            var type => throw new UnsupportedColumnException($"the column '{name}' is {type}, which a table does not keep. Cast it in the query: {TableName.Quote(name)}::text"),
        };
    }

    public abstract void Append(NpgsqlDataReader reader, int ordinal);

    /// <summary>Ends a batch.</summary>
    public abstract void EndBatch();

    /// <summary>The arrays of all batches, once all rows are in.</summary>
    public abstract IReadOnlyList<IArrowArray> Build();

    private static readonly int EpochDay = DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;

    private static long Microseconds(NpgsqlDataReader reader, int ordinal) =>
        (reader.GetDateTime(ordinal).Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    /// <summary>A column over one of Arrow's own builders; what it builds is taken as the field's type, of which it is the storage.</summary>
    private sealed class Column<TArray, TBuilder>(Field storedAs, Action<TBuilder, NpgsqlDataReader, int> append) : PostgresResultColumn
        where TArray : IArrowArray
        where TBuilder : class, IArrowArrayBuilder<TArray, TBuilder>, new()
    {
        private readonly List<IArrowArray> _arrays = [];
        private TBuilder _builder = new();

        public override Field Field => storedAs;

        public override void Append(NpgsqlDataReader reader, int ordinal)
        {
            if (reader.IsDBNull(ordinal))
            {
                _builder.AppendNull();
            }
            else
            {
                append(_builder, reader, ordinal);
            }
        }

        public override void EndBatch()
        {
            var data = _builder.Build(default).Data;
            _arrays.Add(ArrowArrayFactory.BuildArray(new ArrayData(storedAs.DataType, data.Length, data.NullCount, data.Offset, data.Buffers)));
            _builder = new TBuilder();
        }

        public override IReadOnlyList<IArrowArray> Build() => _arrays;
    }
}
