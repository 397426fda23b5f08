using Apache.Arrow;

namespace Mlops.Sdk.Tables;

/// <summary>Collects the cells of one column for one batch.</summary>
internal abstract class CellWriter
{
    /// <summary>The column as it would be built now. Only a decimal's scale depends on the values.</summary>
    public abstract Field Field(string name);

    /// <summary>The cells as Arrow data; nothing may be appended after.</summary>
    /// <exception cref="CellFault">A cell turns out not to fit beside the others (decimals).</exception>
    public abstract ArrayData Build();
}

/// <inheritdoc/>
/// <typeparam name="T">The type of one cell.</typeparam>
internal abstract class CellWriter<T> : CellWriter
{
    /// <exception cref="CellFault">A cell cannot be stored.</exception>
    public abstract void Append(ReadOnlySpan<T> values);
}
