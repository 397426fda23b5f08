using Apache.Arrow;

namespace Mlops.Sdk.Tables;

/// <summary>
/// Turns a run of cells of one Arrow array into .NET values. Each has buffers of its own and so belongs to one enumeration.
/// </summary>
/// <typeparam name="T">The type of one cell, such as <c>int?</c> or <c>string[]</c>.</typeparam>
internal abstract class CellReader<T>(bool acceptsNull)
{
    /// <summary>Whether a null cell becomes <c>default</c>; else it is a <see cref="CellFault"/>.</summary>
    protected bool AcceptsNull { get; } = acceptsNull;

    /// <summary>Converts <paramref name="into"/>.Length cells from <paramref name="start"/> on.</summary>
    /// <exception cref="CellFault">A cell has no place in <typeparamref name="T"/>.</exception>
    public abstract void Read(ArrayData cells, int start, Span<T> into);

    /// <summary>What a null cell becomes.</summary>
    protected T? Null(int index) => AcceptsNull ? default : throw CellFault.Null(index);
}
