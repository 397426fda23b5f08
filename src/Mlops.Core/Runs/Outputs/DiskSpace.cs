using System.Globalization;

namespace Mlops.Core.Runs.Outputs;

/// <summary>Finds out that a disk is full, and says so in words.</summary>
public static class DiskSpace
{
    private const int NoSpaceLeft = 28;
    private const int QuotaExceeded = 122;
    private const int WindowsDiskFull = unchecked((int)0x80070070);

    /// <summary>Whether something failed because no space is left on a device, or a quota is used up.</summary>
    public static bool IsExhausted(Exception exception)
    {
        for (var current = exception; current is not null; current = current.InnerException)
        {
            // Native libraries (Parquet, DuckDB) hand on the system's words only: "[errno 28] No space left on device".
            if (current is IOException { HResult: NoSpaceLeft or QuotaExceeded or WindowsDiskFull }
                || current.Message.Contains("No space left on device", StringComparison.OrdinalIgnoreCase)
                || current.Message.Contains("Disk quota exceeded", StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The error for people.</summary>
    /// <param name="what">What could not be written, such as <c>the outputs of block 'load'</c>.</param>
    /// <param name="folder">Absolute path of the folder that it should have been written to; need not exist.</param>
    public static string Explain(string what, string folder) =>
        $"No space left on device when writing {what} to {folder}{Free(folder)}. Free space there, or shorten variables_retention_period, then retry.";

    private static string Free(string folder)
    {
        try
        {
            var drive = new DriveInfo(folder);
            return $" ({Bytes(drive.AvailableFreeSpace)} of {Bytes(drive.TotalSize)} are free now)";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return ""; // The figure only helps; what happened is said without it.
        }
    }

    private static string Bytes(long bytes) => bytes switch
    {
        >= 1L << 30 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 30):0.0} GiB"),
        >= 1L << 20 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 20):0.0} MiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0.0} KiB"),
    };
}
