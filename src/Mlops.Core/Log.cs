using Microsoft.Extensions.Logging;

namespace Mlops.Core;

/// <summary>All log messages of Core.</summary>
internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Database {Database} is ready; migrations applied: {Migrations}")]
    public static partial void DatabaseReady(ILogger logger, string database, string migrations);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Waiting up to 30 s for {Database}: {Reason}")]
    public static partial void WaitsForDatabase(ILogger logger, string database, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Database} does not take writes, trying again in {Delay}: {Reason}")]
    public static partial void DatabaseAway(ILogger logger, string database, TimeSpan delay, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A batch of {Count} writes failed; each is tried alone")]
    public static partial void BatchFailed(ILogger logger, int count, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Changes under {Path} are looked for every second, because the system does not report them: {Reason}")]
    public static partial void CannotWatch(ILogger logger, string path, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Reports of changes under {Path} were lost, everything is checked again: {Reason}")]
    public static partial void LostChanges(ILogger logger, string path, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "A listener for changes of project {ProjectUuid} failed")]
    public static partial void ListenerFailed(ILogger logger, string projectUuid, Exception exception);
}
