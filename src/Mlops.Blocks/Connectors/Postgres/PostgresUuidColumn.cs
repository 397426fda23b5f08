using Apache.Arrow;
using Apache.Arrow.Arrays;
using Apache.Arrow.Types;
using Mlops.Sdk.Tables;
using Npgsql;

namespace Mlops.Blocks.Connectors.Postgres;

/// <summary>A column of <c>uuid</c>: sixteen bytes each, in the order in which they are written.</summary>
internal sealed class PostgresUuidColumn(string name, bool isNullable) : PostgresResultColumn
{
    private const int Width = 16;

    private readonly List<IArrowArray> _arrays = [];
    private readonly List<Guid?> _values = [];

    public override Field Field { get; } = new(name, new FixedSizeBinaryType(Width), isNullable, ArrowExtension.UuidMetadata);

    public override void Append(NpgsqlDataReader reader, int ordinal) => _values.Add(reader.IsDBNull(ordinal) ? null : reader.GetGuid(ordinal));

    public override void EndBatch()
    {
        var bytes = new byte[_values.Count * Width];
        var validity = new ArrowBuffer.BitmapBuilder(_values.Count);
        for (var row = 0; row < _values.Count; row++)
        {
            validity.Append(_values[row] is not null);
            _values[row]?.TryWriteBytes(bytes.AsSpan(row * Width, Width), bigEndian: true, out _);
        }

        _arrays.Add(new FixedSizeBinaryArray(new ArrayData(
            Field.DataType, _values.Count, validity.UnsetBitCount, 0, [validity.Build(), new ArrowBuffer(bytes)])));
        _values.Clear();
    }

    public override IReadOnlyList<IArrowArray> Build() => _arrays;
}
