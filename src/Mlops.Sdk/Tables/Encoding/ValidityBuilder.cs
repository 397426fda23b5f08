using Apache.Arrow;

namespace Mlops.Sdk.Tables;

/// <summary>An Arrow validity bitmap in the making; costs nothing until the first null.</summary>
internal sealed class ValidityBuilder
{
    private byte[] _bits = [];
    private int _length;

    public int NullCount { get; private set; }

    public void Append(bool valid)
    {
        if (!valid)
        {
            Grow();
            NullCount++;
            _bits[_length >> 3] &= (byte)~(1 << (_length & 7));
        }
        else if (NullCount > 0)
        {
            Grow();
        }

        _length++;
    }

    public void AppendValid(int count)
    {
        _length += count;
        if (NullCount > 0 && count > 0)
        {
            _length--;
            Grow();
            _length++;
        }
    }

    public ArrowBuffer ToArrow() => NullCount == 0 ? ArrowBuffer.Empty : new ArrowBuffer(_bits.AsMemory(0, BitUtility.ByteCount(_length)));

    // New bytes are all ones: everything that was not called null is valid.
    private void Grow()
    {
        var needed = (_length >> 3) + 1;
        if (needed > _bits.Length)
        {
            var old = _bits.Length;
            System.Array.Resize(ref _bits, Math.Max(needed, old * 2));
            _bits.AsSpan(old).Fill(0xFF);
        }
    }
}
