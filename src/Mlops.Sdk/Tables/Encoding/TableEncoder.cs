using Apache.Arrow;

namespace Mlops.Sdk.Tables;

/// <summary>Records to tables. <c>source</c> is the name of the block that made them, for errors; null where there is none.</summary>
internal static class TableEncoder
{
    private const int SliceRows = 8192;

    /// <exception cref="TableBindingException">The type or a value cannot be stored.</exception>
    public static Table Encode<T>(IEnumerable<T> rows, string? source = null)
    {
        var encoder = new RowEncoder<T>(source);
        foreach (var slice in rows.Chunk(SliceRows))
        {
            encoder.Append(slice);
        }

        return encoder.Finish();
    }

    /// <inheritdoc cref="Encode{T}"/>
    public static async Task<Table> EncodeAsync<T>(IAsyncEnumerable<T> rows, string? source = null, CancellationToken cancellationToken = default)
    {
        var encoder = new RowEncoder<T>(source);
        var slice = new List<T>(SliceRows);
        await foreach (var row in rows.WithCancellation(cancellationToken))
        {
            slice.Add(row);
            if (slice.Count == SliceRows)
            {
                encoder.Append(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(slice));
                slice.Clear();
            }
        }

        encoder.Append(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(slice));
        return encoder.Finish();
    }

    /// <summary>A table of <paramref name="rows"/>, an <c>IEnumerable</c> of <paramref name="rowType"/>.</summary>
    /// <exception cref="TableBindingException">The type or a value cannot be stored.</exception>
    public static Table Encode(object rows, Type rowType, string? source = null) => RowTypes.Of(rowType).Encode(rows, source);

    /// <summary>A table of <paramref name="rows"/>, an <c>IAsyncEnumerable</c> of <paramref name="rowType"/>.</summary>
    /// <exception cref="TableBindingException">The type or a value cannot be stored.</exception>
    public static Task<Table> EncodeAsync(object rows, Type rowType, string? source = null, CancellationToken cancellationToken = default) =>
        RowTypes.Of(rowType).EncodeAsync(rows, source, cancellationToken);

    /// <summary>The columns that rows of a type will have, to check blocks against each other before a run. Decimals show scale 0.</summary>
    /// <exception cref="TableBindingException">The type cannot be stored.</exception>
    public static Schema SchemaOf(Type rowType, string? source = null) => RowTypes.Of(rowType).Schema(source);
}
