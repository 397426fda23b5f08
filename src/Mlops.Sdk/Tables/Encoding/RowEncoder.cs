using System.Globalization;
using Apache.Arrow;

namespace Mlops.Sdk.Tables;

/// <summary>Takes rows as they come and makes a table of them.</summary>
internal sealed class RowEncoder<T>
{
    private readonly string? _source;
    private readonly Func<IReadOnlyList<(string Name, MemberWriter<T> Writer)>> _newMembers;
    private readonly List<RecordWriter<T>> _batches = [];
    private long _rowCount;

    /// <param name="source">The block that made the rows, for errors; null where there is none.</param>
    /// <exception cref="TableBindingException">The type has no columnar form; names every property at fault.</exception>
    public RowEncoder(string? source)
    {
        _source = source;
        _ = RowTypes.Of<T>();
        var planner = new WriterPlanner();
        _newMembers = planner.PlanMembers<T>(TypeDisplay.Of(typeof(T)))
            ?? throw new TableBindingException($"{Opening}: {string.Join("; ", planner.Errors)}");
    }

    /// <summary>The columns; a decimal's scale as the rows so far need it.</summary>
    public Schema Schema => new((_batches.Count > 0 ? _batches[0] : NewBatch()).Fields, null);

    private string Opening => _source is null ? $"Rows of {TypeDisplay.Of(typeof(T))} cannot be a table" : $"The output of {_source} cannot be stored";

    /// <param name="rows">Not kept. Best in slices of some thousand rows.</param>
    public void Append(ReadOnlySpan<T> rows)
    {
        if (_batches.Count == 0 || _batches[^1].Count >= ParquetTables.BatchRows)
        {
            _batches.Add(NewBatch());
        }

        try
        {
            _batches[^1].Append(rows);
        }
        catch (CellFault fault)
        {
            throw Failed(fault, _rowCount);
        }

        _rowCount += rows.Length;
    }

    /// <summary>The table of all rows; nothing may be appended after.</summary>
    public Table Finish()
    {
        var schema = Schema;
        var start = 0L;
        List<RecordBatch> batches = [];
        foreach (var batch in _batches)
        {
            try
            {
                batches.Add(new RecordBatch(schema, batch.Build().Children.Select(ArrowArrayFactory.BuildArray), batch.Count));
            }
            catch (CellFault fault)
            {
                throw Failed(fault, start);
            }

            start += batch.Count;
        }

        return Table.FromBatches(schema, batches, $"A table of {TypeDisplay.Of(typeof(T))}");
    }

    private RecordWriter<T> NewBatch() => new(_newMembers(), acceptsNull: false);

    private TableBindingException Failed(CellFault fault, long start) => new(
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Opening}: {TypeDisplay.Of(typeof(T))}{fault.Path} {fault.Problem} at row {start + fault.Index} (counted from 0); {fault.Cure}"),
        fault);
}
