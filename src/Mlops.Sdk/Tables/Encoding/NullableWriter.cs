using Apache.Arrow;

namespace Mlops.Sdk.Tables;

/// <summary>Values or null: nulls are stored as <c>default</c> under a validity bitmap.</summary>
internal sealed class NullableWriter<T>(CellWriter<T> values) : CellWriter<T?>
    where T : struct
{
    private readonly ValidityBuilder _validity = new();
    private T[] _buffer = [];

    public override Field Field(string name)
    {
        var field = values.Field(name);
        return new Field(name, field.DataType, true, field.Metadata);
    }

    public override void Append(ReadOnlySpan<T?> cells)
    {
        if (_buffer.Length < cells.Length)
        {
            _buffer = new T[cells.Length];
        }

        for (var i = 0; i < cells.Length; i++)
        {
            _validity.Append(cells[i].HasValue);
            _buffer[i] = cells[i].GetValueOrDefault();
        }

        values.Append(_buffer.AsSpan(0, cells.Length));
    }

    public override ArrayData Build()
    {
        var data = values.Build();
        return new ArrayData(data.DataType, data.Length, _validity.NullCount, 0, [_validity.ToArrow(), .. data.Buffers.Skip(1)], data.Children);
    }
}
