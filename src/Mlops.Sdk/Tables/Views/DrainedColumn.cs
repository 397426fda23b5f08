using Microsoft.ML;

namespace Mlops.Sdk.Tables;

/// <summary>Collects one column of a data view while its cursor moves.</summary>
internal abstract class DrainedColumn
{
    /// <summary>Takes the cursor's current row.</summary>
    public abstract void Take();

    /// <summary>The column of all rows taken.</summary>
    public abstract EncodedColumn Finish();
}

/// <inheritdoc/>
internal sealed class DrainedColumn<TRaw, TValue>(string name, ValueGetter<TRaw> getter, Func<TRaw, TValue> map, Func<CellWriter<TValue>> newWriter)
    : DrainedColumn
{
    private const int SliceRows = 4096;

    private readonly List<CellWriter<TValue>> _writers = [];
    private readonly TValue[] _slice = new TValue[SliceRows];
    private int _inSlice, _inBatch;
    private TRaw _raw = default!;

    public override void Take()
    {
        getter(ref _raw);
        _slice[_inSlice++] = map(_raw);
        if (_inSlice == SliceRows)
        {
            Flush();
        }
    }

    public override EncodedColumn Finish()
    {
        Flush();
        return new EncodedColumn((_writers.FirstOrDefault() ?? newWriter()).Field(name), [.. _writers.Select(w => w.Build())]);
    }

    private void Flush()
    {
        if (_inSlice == 0)
        {
            return;
        }

        if (_writers.Count == 0 || _inBatch >= ParquetTables.BatchRows)
        {
            _writers.Add(newWriter());
            _inBatch = 0;
        }

        try
        {
            _writers[^1].Append(_slice.AsSpan(0, _inSlice));
        }
        catch (CellFault fault)
        {
            throw new TableFormatException($"The data view's column '{name}' {fault.Problem}; {fault.Cure}.", fault);
        }

        _inBatch += _inSlice;
        _inSlice = 0;
    }
}
