using System.Globalization;

namespace Mlops.Server.Runners;

/// <summary>Sizes in words.</summary>
internal static class Bytes
{
    /// <summary>Such as <c>3.9 GiB</c> or <c>512 MiB</c>.</summary>
    public static string Of(long bytes) => bytes >= 1L << 30
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 30):0.#} GiB")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 20):0} MiB");
}
