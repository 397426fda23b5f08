using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Apache.Arrow;

namespace Mlops.Sdk.Tables;

/// <summary>
/// Tables to records. <c>source</c> and <c>target</c> are the names of the blocks on both sides, for errors; null where there is none.
/// </summary>
internal static class TableBinder
{
    // Small enough that a slice of every column stays in the processor's cache until its records are made.
    private const int SliceRows = 8192;

    /// <summary>All rows.</summary>
    /// <exception cref="TableBindingException">Columns or values do not fit.</exception>
    public static IReadOnlyList<T> ReadList<T>(Table table, string? source, string? target)
    {
        var list = new List<T>(checked((int)table.RowCount));
        foreach (var slice in Slices<T>(table, RowTypes.Of<T>().PlanFor(table.Schema, source, target), source, target))
        {
            CollectionsMarshal.SetCount(list, list.Count + slice.Count);
            slice.AsSpan().CopyTo(CollectionsMarshal.AsSpan(list)[^slice.Count..]);
        }

        return list;
    }

    /// <summary>The rows as they are asked for; columns are checked now.</summary>
    /// <exception cref="TableBindingException">Columns do not fit; while enumerating: a value does not fit.</exception>
    public static IEnumerable<T> Stream<T>(Table table, string? source, string? target)
    {
        var plan = RowTypes.Of<T>().PlanFor(table.Schema, source, target);
        return Rows(Slices(table, plan, source, target));
    }

    /// <inheritdoc cref="Stream{T}"/>
    public static IAsyncEnumerable<T> StreamAsync<T>(Table table, string? source, string? target) => Async(Stream<T>(table, source, target));

    /// <summary>All rows, as <c>IReadOnlyList</c> of <paramref name="rowType"/>.</summary>
    /// <exception cref="TableBindingException">Columns or values do not fit.</exception>
    public static object ReadList(Table table, Type rowType, string? source, string? target) => RowTypes.Of(rowType).ReadList(table, source, target);

    /// <summary>The rows as they are asked for, as <c>IEnumerable</c> of <paramref name="rowType"/>; columns are checked now.</summary>
    /// <exception cref="TableBindingException">Columns do not fit; while enumerating: a value does not fit.</exception>
    public static object Stream(Table table, Type rowType, string? source, string? target) => RowTypes.Of(rowType).Stream(table, source, target);

    /// <summary>The rows as they are asked for, as <c>IAsyncEnumerable</c> of <paramref name="rowType"/>; columns are checked now.</summary>
    /// <exception cref="TableBindingException">Columns do not fit; while enumerating: a value does not fit.</exception>
    public static object StreamAsync(Table table, Type rowType, string? source, string? target) => RowTypes.Of(rowType).StreamAsync(table, source, target);

    /// <summary>Why rows of this schema cannot be read as <paramref name="rowType"/>, whatever their values; empty where they can.</summary>
    public static IReadOnlyList<string> Validate(Schema schema, Type rowType)
    {
        if (!RowTypes.IsRecord(rowType))
        {
            return [$"{TypeDisplay.Of(rowType)} is no row type"];
        }

        var errors = new PlanErrors();
        RowTypes.Of(rowType).Plan(schema.FieldsList, errors, TypeDisplay.Of(rowType));
        return errors.Messages;
    }

    /// <summary>The error that reading would end in, with the names of both sides; null where the columns fit.</summary>
    public static TableBindingException? Validate(Schema schema, Type rowType, string source, string target)
    {
        var errors = new PlanErrors();
        foreach (var message in Validate(schema, rowType))
        {
            errors.Add(message);
        }

        return errors.Messages.Count == 0 ? null : BindingMessages.PlanFailed(schema, rowType, errors, source, target);
    }

    private static IEnumerable<ArraySegment<T>> Slices<T>(Table table, RowPlan<T> plan, string? source, string? target)
    {
        var decoder = plan.NewDecoder();
        var rows = new T[(int)Math.Min(SliceRows, Math.Max(table.RowCount, 1))];
        var batchStart = 0L;
        foreach (var batch in table.StreamBatches())
        {
            var columns = batch.Arrays.Select(a => a.Data).ToArray();
            for (var start = 0; start < batch.Length; start += SliceRows)
            {
                var count = Math.Min(SliceRows, batch.Length - start);
                try
                {
                    decoder.Decode(columns, start, count, rows);
                }
                catch (CellFault fault)
                {
                    var field = table.Schema.GetFieldByIndex(decoder.Current.Column);
                    var shown = fault.WithText(CellText.Of(field, columns[decoder.Current.Column], start + fault.Index));
                    throw BindingMessages.CellFailed(field, batchStart + start + fault.Index, decoder.Current, shown, typeof(T), source, target);
                }

                yield return new ArraySegment<T>(rows, 0, count);
            }

            batchStart += batch.Length;
        }
    }

    private static IEnumerable<T> Rows<T>(IEnumerable<ArraySegment<T>> slices)
    {
        foreach (var slice in slices)
        {
            for (var i = 0; i < slice.Count; i++)
            {
                yield return slice[i];
            }
        }
    }

    private static async IAsyncEnumerable<T> Async<T>(IEnumerable<T> rows, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        // Reading never waits on anything, so there is nothing to await; the form is for blocks that ask for it.
        await Task.CompletedTask;
        foreach (var row in rows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return row;
        }
    }
}
