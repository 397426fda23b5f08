using Apache.Arrow;

namespace Mlops.Sdk.Tables;

/// <summary>One column of one cursor.</summary>
internal abstract class ViewColumn;

/// <inheritdoc/>
/// <param name="field">The column, for errors.</param>
/// <param name="index">Its index in the table.</param>
/// <param name="reader">Decodes it.</param>
internal sealed class ViewColumn<T>(Field field, int index, CellReader<T> reader) : ViewColumn
{
    private T[] _slice = [];
    private long _decodedStart = -1, _decodedEnd = -1;

    /// <summary>The cell of a row; decodes its slice first, unless that was the last one.</summary>
    public void Get(RecordBatch batch, long startInBatch, long count, long sliceStart, long row, ref T value)
    {
        if (sliceStart != _decodedStart || row >= _decodedEnd)
        {
            Decode(batch, (int)startInBatch, (int)count, sliceStart);
        }

        value = _slice[row - sliceStart];
    }

    private void Decode(RecordBatch batch, int start, int count, long sliceStart)
    {
        if (_slice.Length < count)
        {
            _slice = new T[count];
        }

        try
        {
            reader.Read(batch.Column(index).Data, start, _slice.AsSpan(0, count));
        }
        catch (CellFault fault)
        {
            throw BindingMessages.CellNotHeld(field, sliceStart + fault.Index, fault, $"ML.NET's {typeof(T).Name}");
        }

        (_decodedStart, _decodedEnd) = (sliceStart, sliceStart + count);
    }
}
