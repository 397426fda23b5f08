using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Apache.Arrow;

namespace Mlops.Sdk.Tables;

/// <summary>Bytes that grow at the end, as an Arrow buffer is made of.</summary>
internal sealed class ByteBuffer
{
    private byte[] _bytes = [];

    public int Length { get; private set; }

    /// <summary>Room for <paramref name="count"/> more values; what is in it before is arbitrary.</summary>
    public Span<T> Reserve<T>(int count)
        where T : unmanaged
    {
        var start = Length;
        Length = checked(Length + (count * Unsafe.SizeOf<T>()));
        if (Length > _bytes.Length)
        {
            var grown = GC.AllocateUninitializedArray<byte>((int)Math.Min(System.Array.MaxLength, Math.Max((long)_bytes.Length * 2, Math.Max(Length, 256))));
            _bytes.AsSpan(0, start).CopyTo(grown);
            _bytes = grown;
        }

        return MemoryMarshal.Cast<byte, T>(_bytes.AsSpan(start, Length - start));
    }

    /// <summary>Gives back the last <paramref name="count"/> bytes.</summary>
    public void Return(int count) => Length -= count;

    public ReadOnlySpan<T> As<T>()
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(_bytes.AsSpan(0, Length));

    public ArrowBuffer ToArrow() => new(_bytes.AsMemory(0, Length));
}
