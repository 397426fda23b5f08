using Apache.Arrow;
using Apache.Arrow.Types;
using Npgsql;

namespace Mlops.Blocks.Connectors.Postgres;

/// <summary>
/// A column of <c>numeric</c>. What <c>sum</c> and <c>avg</c> return declares no scale, so the values wait until the greatest scale is known.
/// </summary>
internal sealed class PostgresNumericColumn(string name, bool isNullable, int? declaredScale) : PostgresResultColumn
{
    private const int Precision = 38;

    private readonly List<List<decimal?>> _batches = [];
    private List<decimal?> _values = [];
    private int _scale = declaredScale ?? 0;

    public override Field Field => new(name, new Decimal128Type(Precision, _scale), isNullable);

    public override void Append(NpgsqlDataReader reader, int ordinal)
    {
        if (reader.IsDBNull(ordinal))
        {
            _values.Add(null);
            return;
        }

        try
        {
            var value = reader.GetDecimal(ordinal);
            _scale = Math.Max(_scale, value.Scale);
            _values.Add(value);
        }
        catch (Exception exception) when (exception is OverflowException or InvalidCastException)
        {
            // More than 28 digits, NaN or infinity.
            throw new UnsupportedColumnException(
                $"the column '{name}' holds a numeric that a decimal cannot be. Cast it in the query: {TableName.Quote(name)}::double precision");
        }
    }

    public override void EndBatch()
    {
        _batches.Add(_values);
        _values = [];
    }

    public override IReadOnlyList<IArrowArray> Build() => [.. _batches.Select(Build)];

    private Decimal128Array Build(List<decimal?> values)
    {
        var builder = new Decimal128Array.Builder((Decimal128Type)Field.DataType);
        foreach (var value in values)
        {
            if (value is { } number)
            {
                builder.Append(number);
            }
            else
            {
                builder.AppendNull();
            }
        }

        return builder.Build();
    }
}
