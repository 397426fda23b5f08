using Apache.Arrow;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Mlops.Sdk.Tables;

/// <summary>Goes over the rows of a table, in order or shuffled. Columns are decoded a slice at a time, when a getter first asks for it.</summary>
internal sealed class ArrowCursor : DataViewRowCursor
{
    private const int SliceRows = 4096;

    private readonly IReadOnlyList<RecordBatch> _batches;
    private readonly long[] _batchStarts;
    private readonly ViewColumn?[] _columns;
    private readonly int[]? _order;
    private readonly long _rowCount;
    private long _position = -1, _row = -1, _sliceStart, _sliceEnd;
    private int _batch;
    private bool _ended;

    public ArrowCursor(DataViewSchema schema, Table table, IReadOnlyList<ViewColumnPlan> plans, IReadOnlySet<int> needed, Random? random)
    {
        Schema = schema;
        _batches = table.Batches;
        _rowCount = table.RowCount;
        _batchStarts = new long[_batches.Count + 1];
        for (var i = 0; i < _batches.Count; i++)
        {
            _batchStarts[i + 1] = _batchStarts[i] + _batches[i].Length;
        }

        _columns = [.. plans.Select((plan, i) => needed.Contains(i) ? plan.NewColumn() : null)];
        if (random is not null)
        {
            _order = [.. Enumerable.Range(0, checked((int)_rowCount))];
            random.Shuffle(_order);
        }
    }

    public override DataViewSchema Schema { get; }

    public override long Position => _position;

    public override long Batch => 0;

    public override bool MoveNext()
    {
        if (_ended || _position + 1 >= _rowCount)
        {
            // Past the end a cursor says -1 again, and stays there.
            (_ended, _position) = (true, -1);
            return false;
        }

        _position++;
        _row = _order is null ? _position : _order[_position];
        if (_row < _sliceStart || _row >= _sliceEnd)
        {
            MoveSlice();
        }

        return true;
    }

    public override bool IsColumnActive(DataViewSchema.Column column) => _columns[column.Index] is not null;

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        if (_columns[column.Index] is not { } active)
        {
            throw new InvalidOperationException($"The column '{column.Name}' was not asked for when this cursor was made.");
        }

        if (active is not ViewColumn<TValue> typed)
        {
            throw new InvalidOperationException($"The column '{column.Name}' is {column.Type}, not {typeof(TValue)}.");
        }

        return (ref TValue value) =>
        {
            if (_position < 0)
            {
                throw new InvalidOperationException("Before the first row and after the last a cursor has no values.");
            }

            typed.Get(_batches[_batch], _sliceStart - _batchStarts[_batch], _sliceEnd - _sliceStart, _sliceStart, _row, ref value);
        };
    }

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new DataViewRowId((ulong)_row, 0);

    // Shuffled rows lie anywhere, so then a slice is one row.
    private void MoveSlice()
    {
        if (_row < _batchStarts[_batch] || _row >= _batchStarts[_batch + 1])
        {
            var found = System.Array.BinarySearch(_batchStarts, _row);
            _batch = found >= 0 ? found : ~found - 1;
            while (_batchStarts[_batch + 1] == _batchStarts[_batch])
            {
                _batch++;
            }
        }

        _sliceStart = _row;
        _sliceEnd = _order is null ? Math.Min(_row + SliceRows, _batchStarts[_batch + 1]) : _row + 1;
    }
}
