using Apache.Arrow;

namespace Mlops.Sdk.Tables;

/// <summary>A column of type null, as pandas writes one without any value.</summary>
internal sealed class NullColumnReader<T>(bool acceptsNull) : CellReader<T>(acceptsNull)
{
    public override void Read(ArrayData cells, int start, Span<T> into)
    {
        if (!into.IsEmpty)
        {
            into.Fill(Null(0)!);
        }
    }
}
