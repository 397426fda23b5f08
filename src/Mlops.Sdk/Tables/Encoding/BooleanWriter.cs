using Apache.Arrow;
using Apache.Arrow.Types;

namespace Mlops.Sdk.Tables;

/// <summary>Booleans, a bit each.</summary>
internal sealed class BooleanWriter : CellWriter<bool>
{
    private readonly List<byte> _bits = [];
    private int _count;

    public override Field Field(string name) => new(name, BooleanType.Default, false);

    public override void Append(ReadOnlySpan<bool> values)
    {
        foreach (var value in values)
        {
            if ((_count & 7) == 0)
            {
                _bits.Add(0);
            }

            _bits[^1] |= (byte)(value ? 1 << (_count & 7) : 0);
            _count++;
        }
    }

    public override ArrayData Build() => new(BooleanType.Default, _count, 0, 0, [ArrowBuffer.Empty, new ArrowBuffer(_bits.ToArray())], []);
}
