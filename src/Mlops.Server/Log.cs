namespace Mlops.Server;

/// <summary>All log messages of the server.</summary>
internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "Warming up failed; the first run will be slower")]
    public static partial void WarmUpFailed(this ILogger logger, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A runner could not be kept ready; trying again in {Delay}")]
    public static partial void SpareFailed(this ILogger logger, TimeSpan delay, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Removed {Count} runners that a server which was killed had left")]
    public static partial void AbandonedRunnersRemoved(this ILogger logger, int count);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Runner {ProcessId} started")]
    public static partial void RunnerStarted(this ILogger logger, int processId);

    [LoggerMessage(Message = "Runner {ProcessId} ended: {Reason}")]
    public static partial void RunnerEnded(this ILogger logger, LogLevel level, int processId, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Runner {ProcessId}: {Line}")]
    public static partial void RunnerPrinted(this ILogger logger, int processId, string line);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Pipeline run {PipelineRunId} could not be enqueued; trying again in {Delay}")]
    public static partial void EnqueueFailed(this ILogger logger, long pipelineRunId, TimeSpan delay, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The queue to the workers is full; pipeline run {PipelineRunId} waits for recovery")]
    public static partial void QueueFull(this ILogger logger, long pipelineRunId);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Workers} workers take pipeline runs from a queue in {Storage}")]
    public static partial void WorkersStarted(this ILogger logger, int workers, string storage);

    [LoggerMessage(Level = LogLevel.Information, Message = "Asked to stop: no more runs are taken, those under way have up to {Grace} to end; ask again to hand them back at once")]
    public static partial void Draining(this ILogger logger, TimeSpan grace);

    [LoggerMessage(Level = LogLevel.Information, Message = "Asked again to stop: runs are handed back now")]
    public static partial void DrainEnded(this ILogger logger);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Address} can be reached from other machines and there is no sign-in: whoever reaches it may run pipelines. Put a proxy with sign-in before it")]
    public static partial void ListensBeyondThisMachine(this ILogger logger, string address);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed")]
    public static partial void RequestFailed(this ILogger logger, string method, string path, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Method} {Path} could not be served, because the database does not answer: {Reason}")]
    public static partial void RequestWithoutDatabase(this ILogger logger, string method, string path, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Refused {Method} {Path}: {Reason}")]
    public static partial void RequestRefused(this ILogger logger, string method, string path, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The object store does not {What} {Bucket}/{Key}, trying again in {Delay}: {Reason}")]
    public static partial void ObjectStoreRetries(this ILogger logger, string what, string bucket, string key, TimeSpan delay, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Copies of outputs in {Path} could not be made fewer, tried again with the next one: {Reason}")]
    public static partial void CacheNotTrimmed(this ILogger logger, string path, string reason);
}
