using System.Runtime.InteropServices;
using Apache.Arrow;
using Apache.Arrow.Types;

namespace Mlops.Sdk.Tables;

/// <summary>Lists of any kind that can be enumerated.</summary>
internal sealed class ListWriter<TList, TItem>(CellWriter<TItem> items) : CellWriter<TList?>
    where TList : IEnumerable<TItem>
{
    private readonly ListOffsets _offsets = new();

    public override Field Field(string name) => new(name, new ListType(items.Field("element")), true);

    public override void Append(ReadOnlySpan<TList?> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            try
            {
                _offsets.Append(values[i] is { } list ? Append(list) : null);
            }
            catch (CellFault fault)
            {
                throw fault.At(i, "[]");
            }
        }
    }

    public override ArrayData Build() => _offsets.Build(Field("").DataType, items);

    private int Append(TList list)
    {
        var span = list switch
        {
            TItem[] array => array,
            List<TItem> known => CollectionsMarshal.AsSpan(known),
            _ => list.ToArray(),
        };
        items.Append(span);
        return span.Length;
    }
}
