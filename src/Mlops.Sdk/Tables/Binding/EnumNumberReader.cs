using System.Runtime.InteropServices;
using Apache.Arrow;

namespace Mlops.Sdk.Tables;

/// <summary>Enum values from their numbers, as they are: a number without a name stays that number.</summary>
/// <param name="numbers">Reads the enum's underlying type.</param>
internal sealed class EnumNumberReader<TNumber, TEnum>(CellReader<TNumber> numbers) : CellReader<TEnum>(acceptsNull: true)
    where TNumber : struct
    where TEnum : struct, Enum
{
    public override void Read(ArrayData cells, int start, Span<TEnum> into) => numbers.Read(cells, start, MemoryMarshal.Cast<TEnum, TNumber>(into));
}
