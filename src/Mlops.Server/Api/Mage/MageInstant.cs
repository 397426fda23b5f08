using System.Globalization;

namespace Mlops.Server.Api.Mage;

/// <summary>Instants as Mage's clients write them.</summary>
internal static class MageInstant
{
    /// <summary>Seconds since 1970, or a date with or without a time and an offset (UTC without one); null where it is neither.</summary>
    public static DateTimeOffset? Parse(string text)
    {
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds))
        {
            return seconds <= 253_402_300_799 ? DateTimeOffset.UnixEpoch.AddSeconds(seconds) : null;
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var instant)
            ? instant
            : null;
    }
}
