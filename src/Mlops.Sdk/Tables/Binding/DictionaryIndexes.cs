using System.Runtime.InteropServices;
using Apache.Arrow;
using Apache.Arrow.Types;

namespace Mlops.Sdk.Tables;

/// <summary>The indexes of dictionary-encoded cells.</summary>
internal static class DictionaryIndexes
{
    /// <summary>Index into the dictionary of the cell at <paramref name="index"/>, which must not be null.</summary>
    public static int At(ArrayData cells, int index)
    {
        var bytes = cells.Buffers[1].Span;
        var at = cells.Offset + index;
        return ((DictionaryType)cells.DataType).IndexType.TypeId switch
        {
            ArrowTypeId.Int8 => (sbyte)bytes[at],
            ArrowTypeId.UInt8 => bytes[at],
            ArrowTypeId.Int16 => MemoryMarshal.Cast<byte, short>(bytes)[at],
            ArrowTypeId.UInt16 => MemoryMarshal.Cast<byte, ushort>(bytes)[at],
            ArrowTypeId.Int64 or ArrowTypeId.UInt64 => checked((int)MemoryMarshal.Cast<byte, long>(bytes)[at]),
            _ => MemoryMarshal.Cast<byte, int>(bytes)[at],
        };
    }
}
