using Apache.Arrow.Types;

namespace Mlops.Sdk.Tables;

/// <summary>Ticks (100 ns) from Arrow's units. Nanoseconds lose their last two digits, as no .NET type has them.</summary>
internal readonly struct TickScale
{
    private readonly long _multiply;
    private readonly long _divide;

    public TickScale(TimeUnit unit) => (_multiply, _divide) = unit switch
    {
        TimeUnit.Second => (TimeSpan.TicksPerSecond, 1),
        TimeUnit.Millisecond => (TimeSpan.TicksPerMillisecond, 1),
        TimeUnit.Microsecond => (TimeSpan.TicksPerMicrosecond, 1),
        _ => (1L, 100),
    };

    public bool TryScale(long value, out long ticks)
    {
        if (_divide == 1)
        {
            var product = Math.BigMul(value, _multiply, out ticks);
            return product == ticks >> 63;
        }

        // Towards the past, also before 1970.
        ticks = Math.DivRem(value, _divide, out var rest);
        ticks -= rest < 0 ? 1 : 0;
        return true;
    }
}

/// <summary>Timestamps without a zone to <see cref="DateTime"/> of kind Unspecified.</summary>
internal readonly struct TimestampToDateTime(TimeUnit unit) : IConversion<long, DateTime>
{
    private readonly TickScale _scale = new(unit);

    public bool TryConvert(long stored, out DateTime value)
    {
        var fits = _scale.TryScale(stored, out var ticks);
        ticks += DateTime.UnixEpoch.Ticks;
        fits &= ticks >= 0 && ticks <= DateTime.MaxValue.Ticks;
        value = fits ? new DateTime(ticks) : default;
        return fits;
    }
}

/// <summary>Timestamps with a zone, which are instants, to <see cref="DateTimeOffset"/> of offset zero.</summary>
internal readonly struct TimestampToDateTimeOffset(TimeUnit unit) : IConversion<long, DateTimeOffset>
{
    private readonly TimestampToDateTime _toDateTime = new(unit);

    public bool TryConvert(long stored, out DateTimeOffset value)
    {
        var fits = _toDateTime.TryConvert(stored, out var time);
        value = new DateTimeOffset(time, TimeSpan.Zero);
        return fits;
    }
}

/// <summary>Days since 1970 to <see cref="DateOnly"/>.</summary>
internal readonly struct DaysToDateOnly : IConversion<int, DateOnly>
{
    public static readonly int Epoch = DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;

    public bool TryConvert(int stored, out DateOnly value)
    {
        var day = (long)stored + Epoch;
        var fits = day >= 0 && day <= DateOnly.MaxValue.DayNumber;
        value = fits ? DateOnly.FromDayNumber((int)day) : default;
        return fits;
    }
}

/// <summary>Date64, milliseconds since 1970 of whole days, to <see cref="DateOnly"/>.</summary>
internal readonly struct MillisecondsToDateOnly : IConversion<long, DateOnly>
{
    private const long PerDay = 86_400_000;

    public bool TryConvert(long stored, out DateOnly value)
    {
        value = default;
        return stored % PerDay == 0 && Math.Abs(stored / PerDay) < int.MaxValue && new DaysToDateOnly().TryConvert((int)(stored / PerDay), out value);
    }
}

/// <summary>Days since 1970 to midnight.</summary>
internal readonly struct DaysToDateTime : IConversion<int, DateTime>
{
    public bool TryConvert(int stored, out DateTime value)
    {
        var fits = new DaysToDateOnly().TryConvert(stored, out var date);
        value = date.ToDateTime(TimeOnly.MinValue);
        return fits;
    }
}

/// <summary>Time of day.</summary>
internal readonly struct ToTimeOnly<TStored>(TimeUnit unit) : IConversion<TStored, TimeOnly>
    where TStored : unmanaged, System.Numerics.IBinaryInteger<TStored>
{
    private readonly TickScale _scale = new(unit);

    public bool TryConvert(TStored stored, out TimeOnly value)
    {
        var fits = _scale.TryScale(long.CreateTruncating(stored), out var ticks) && ticks >= 0 && ticks <= TimeOnly.MaxValue.Ticks;
        value = fits ? new TimeOnly(ticks) : default;
        return fits;
    }
}

/// <summary>Length of time.</summary>
internal readonly struct DurationToTimeSpan(TimeUnit unit) : IConversion<long, TimeSpan>
{
    private readonly TickScale _scale = new(unit);

    public bool TryConvert(long stored, out TimeSpan value)
    {
        var fits = _scale.TryScale(stored, out var ticks);
        value = new TimeSpan(ticks);
        return fits;
    }
}
