using System.Globalization;
using Apache.Arrow;
using Apache.Arrow.Arrays;
using Apache.Arrow.Types;
using Mlops.Sdk.Tables;
using Npgsql;
using NpgsqlTypes;

namespace Mlops.Blocks.Connectors.Postgres;

/// <summary>A column of a table as PostgreSQL keeps it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="SqlType">Its type in PostgreSQL.</param>
/// <param name="IsNullable">Whether it may hold null.</param>
/// <param name="WriterFor">Writes the cells of one batch.</param>
internal sealed record PostgresColumn(string Name, string SqlType, bool IsNullable, Func<IArrowArray, Action<NpgsqlBinaryImporter, int>> WriterFor)
{
    private const long TicksPerMicrosecond = TimeSpan.TicksPerMicrosecond;

    public string Definition => $"{TableName.Quote(Name)} {SqlType}{(IsNullable ? "" : " not null")}";

    /// <exception cref="UnsupportedColumnException">PostgreSQL has no type for it.</exception>
    public static PostgresColumn Of(Field field)
    {
        var (sqlType, writer) = field.DataType switch
        {
            BooleanType => ("boolean", Values<BooleanArray, bool>(NpgsqlDbType.Boolean, (array, row) => array.GetValue(row))),
            Int8Type => ("smallint", Values<Int8Array, short>(NpgsqlDbType.Smallint, (array, row) => array.GetValue(row))),
            UInt8Type => ("smallint", Values<UInt8Array, short>(NpgsqlDbType.Smallint, (array, row) => array.GetValue(row))),
            Int16Type => ("smallint", Values<Int16Array, short>(NpgsqlDbType.Smallint, (array, row) => array.GetValue(row))),
            UInt16Type => ("integer", Values<UInt16Array, int>(NpgsqlDbType.Integer, (array, row) => array.GetValue(row))),
            Int32Type => ("integer", Values<Int32Array, int>(NpgsqlDbType.Integer, (array, row) => array.GetValue(row))),
            UInt32Type => ("bigint", Values<UInt32Array, long>(NpgsqlDbType.Bigint, (array, row) => array.GetValue(row))),
            Int64Type => ("bigint", Values<Int64Array, long>(NpgsqlDbType.Bigint, (array, row) => array.GetValue(row))),
            UInt64Type => ("numeric(20,0)", Values<UInt64Array, decimal>(NpgsqlDbType.Numeric, (array, row) => array.GetValue(row))),
            HalfFloatType => ("real", Values<HalfFloatArray, float>(NpgsqlDbType.Real, (array, row) => (float?)array.GetValue(row))),
            FloatType => ("real", Values<FloatArray, float>(NpgsqlDbType.Real, (array, row) => array.GetValue(row))),
            DoubleType => ("double precision", Values<DoubleArray, double>(NpgsqlDbType.Double, (array, row) => array.GetValue(row))),
            Decimal128Type type => (
                string.Create(CultureInfo.InvariantCulture, $"numeric({type.Precision},{type.Scale})"),
                Values<Decimal128Array, decimal>(NpgsqlDbType.Numeric, (array, row) => ToDecimal(array, row, field.Name))),
            StringType => ("text", Texts(field.Name)),
            FixedSizeBinaryType when ArrowExtension.IsUuid(field) => ("uuid", Values<FixedSizeBinaryArray, Guid>(NpgsqlDbType.Uuid, ToGuid)),
            FixedSizeBinaryType => ("bytea", Objects<FixedSizeBinaryArray>(NpgsqlDbType.Bytea, (array, row) => array.IsNull(row) ? null : array.GetBytes(row).ToArray())),
            BinaryType => ("bytea", Objects<BinaryArray>(NpgsqlDbType.Bytea, (array, row) => array.IsNull(row) ? null : array.GetBytes(row).ToArray())),
            Date32Type => ("date", Values<Date32Array, DateOnly>(NpgsqlDbType.Date, (array, row) => array.GetDateOnly(row))),
            TimestampType { IsTimeZoneAware: true } type => (
                "timestamp with time zone", Values<TimestampArray, DateTime>(NpgsqlDbType.TimestampTz, (array, row) => ToDateTime(array, row, type.Unit, DateTimeKind.Utc))),
            TimestampType type => (
                "timestamp", Values<TimestampArray, DateTime>(NpgsqlDbType.Timestamp, (array, row) => ToDateTime(array, row, type.Unit, DateTimeKind.Unspecified))),
            Time64Type type => ("time", Values<Time64Array, TimeOnly>(NpgsqlDbType.Time, (array, row) => array.GetTime(row))),
            Time32Type type => ("time", Values<Time32Array, TimeOnly>(NpgsqlDbType.Time, (array, row) => array.GetTime(row))),
            _ => throw new UnsupportedColumnException(
                $"the column '{field.Name}' is {ColumnTypeName.Of(field)}, for which there is no type in PostgreSQL here. Leave it out or turn it into text."),
        };
        return new PostgresColumn(field.Name, sqlType, field.IsNullable, writer);
    }

    private static Func<IArrowArray, Action<NpgsqlBinaryImporter, int>> Values<TArray, T>(NpgsqlDbType type, Func<TArray, int, T?> read)
        where TArray : IArrowArray
        where T : struct => array =>
    {
        var cells = (TArray)array;
        return (importer, row) =>
        {
            if (read(cells, row) is { } value)
            {
                importer.Write(value, type);
            }
            else
            {
                importer.WriteNull();
            }
        };
    };

    private static Func<IArrowArray, Action<NpgsqlBinaryImporter, int>> Objects<TArray>(NpgsqlDbType type, Func<TArray, int, object?> read)
        where TArray : IArrowArray => array =>
    {
        var cells = (TArray)array;
        return (importer, row) =>
        {
            if (read(cells, row) is { } value)
            {
                importer.Write(value, type);
            }
            else
            {
                importer.WriteNull();
            }
        };
    };

    private static Func<IArrowArray, Action<NpgsqlBinaryImporter, int>> Texts(string column) => Objects<StringArray>(NpgsqlDbType.Text, (array, row) =>
    {
        var text = array.GetString(row);
        return text is null || !text.Contains('\0')
            ? text
            : throw new UnsupportedColumnException($"the column '{column}' holds a text with a NUL character, which PostgreSQL does not keep");
    });

    private static decimal? ToDecimal(Decimal128Array array, int row, string column)
    {
        try
        {
            return array.GetValue(row);
        }
        catch (OverflowException)
        {
            throw new UnsupportedColumnException($"the column '{column}' holds a number of more than 28 digits");
        }
    }

    // Arrow keeps the bytes in the order in which they are written; a Guid's own first three parts are little-endian.
    private static Guid? ToGuid(FixedSizeBinaryArray array, int row) => array.IsNull(row) ? null : new Guid(array.GetBytes(row), bigEndian: true);

    private static DateTime? ToDateTime(TimestampArray array, int row, TimeUnit unit, DateTimeKind kind)
    {
        if (array.IsNull(row))
        {
            return null;
        }

        var value = array.Values[row];
        var ticks = unit switch
        {
            TimeUnit.Second => value * TimeSpan.TicksPerSecond,
            TimeUnit.Millisecond => value * TimeSpan.TicksPerMillisecond,
            TimeUnit.Microsecond => value * TicksPerMicrosecond,
            _ => value / TimeSpan.NanosecondsPerTick,
        };
        return new DateTime(DateTime.UnixEpoch.Ticks + ticks, kind);
    }
}
