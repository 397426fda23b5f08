using Microsoft.Extensions.Logging;

namespace Mlops.Blocks;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Warning, "The compiled block {Path} is damaged; it is compiled again.")]
    public static partial void CacheDamaged(this ILogger logger, string path);

    [LoggerMessage(2, LogLevel.Warning, "The compiled block {Path} could not be read and is compiled again: {Reason}")]
    public static partial void CacheNotRead(this ILogger logger, string path, string reason);

    [LoggerMessage(3, LogLevel.Warning, "The compiled block {Path} could not be kept: {Reason}")]
    public static partial void CacheNotWritten(this ILogger logger, string path, string reason);
}
