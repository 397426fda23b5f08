using Microsoft.ML;

namespace Mlops.Sdk.Tables;

/// <summary>
/// A table as ML.NET reads it, without a copy. Made by the host: LoadFromEnumerable over a block's record type would keep its assembly
/// loaded for good. Any number of cursors may run at once; each decodes only the columns it was asked for.
/// </summary>
internal sealed class ArrowDataView : IDataView
{
    private readonly Table _table;
    private readonly IReadOnlyList<ViewColumnPlan> _columns;

    public ArrowDataView(Table table, bool doublePrecision)
    {
        _table = table;
        _columns = [.. table.Schema.FieldsList.Select((field, i) => ViewColumnPlanner.Plan(table, field, i, doublePrecision))];
        var builder = new DataViewSchema.Builder();
        foreach (var column in _columns)
        {
            builder.AddColumn(column.Field.Name, column.Type);
        }

        Schema = builder.ToSchema();
    }

    public bool CanShuffle => true;

    public DataViewSchema Schema { get; }

    public long? GetRowCount() => _table.RowCount;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        new ArrowCursor(Schema, _table, _columns, columnsNeeded.Select(c => c.Index).ToHashSet(), rand);

    // One cursor is as many as the caller may ask for; decoding is cheaper than handing rows from thread to thread.
    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];
}
