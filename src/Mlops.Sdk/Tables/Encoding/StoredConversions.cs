using System.Buffers.Binary;

namespace Mlops.Sdk.Tables;

/// <summary>A value that Arrow stores as it is.</summary>
internal readonly struct AsIs<T> : IConversion<T, T>
{
    public bool TryConvert(T stored, out T value)
    {
        value = stored;
        return true;
    }
}

/// <summary>Microseconds since 1970, rounded to the past. A local time is refused: what instant it was depends on the machine.</summary>
internal readonly struct DateTimeToMicroseconds : IConversion<DateTime, long>
{
    public bool TryConvert(DateTime stored, out long value)
    {
        value = Microseconds(stored.Ticks);
        return stored.Kind != DateTimeKind.Local;
    }

    public static long Microseconds(long ticks) =>
        (ticks / TimeSpan.TicksPerMicrosecond) - (DateTime.UnixEpoch.Ticks / TimeSpan.TicksPerMicrosecond);
}

/// <summary>Microseconds since 1970 of the instant.</summary>
internal readonly struct DateTimeOffsetToMicroseconds : IConversion<DateTimeOffset, long>
{
    public bool TryConvert(DateTimeOffset stored, out long value)
    {
        value = DateTimeToMicroseconds.Microseconds(stored.UtcTicks);
        return true;
    }
}

/// <summary>Days since 1970.</summary>
internal readonly struct DateOnlyToDays : IConversion<DateOnly, int>
{
    public bool TryConvert(DateOnly stored, out int value)
    {
        value = stored.DayNumber - DaysToDateOnly.Epoch;
        return true;
    }
}

/// <summary>Microseconds since midnight.</summary>
internal readonly struct TimeOnlyToMicroseconds : IConversion<TimeOnly, long>
{
    public bool TryConvert(TimeOnly stored, out long value)
    {
        value = stored.Ticks / TimeSpan.TicksPerMicrosecond;
        return true;
    }
}

/// <summary>Microseconds, rounded towards zero.</summary>
internal readonly struct TimeSpanToMicroseconds : IConversion<TimeSpan, long>
{
    public bool TryConvert(TimeSpan stored, out long value)
    {
        value = stored.Ticks / TimeSpan.TicksPerMicrosecond;
        return true;
    }
}

/// <summary>The 16 bytes of a UUID, the most significant first, as they lie in memory.</summary>
internal readonly struct GuidToBytes : IConversion<Guid, UInt128>
{
    public bool TryConvert(Guid stored, out UInt128 value)
    {
        Span<byte> bytes = stackalloc byte[16];
        stored.TryWriteBytes(bytes, bigEndian: true, out _);
        value = BinaryPrimitives.ReadUInt128LittleEndian(bytes);
        return true;
    }
}
