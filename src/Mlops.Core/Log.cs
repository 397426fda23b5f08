using Microsoft.Extensions.Logging;
using Mlops.Core.Runs;

namespace Mlops.Core;

/// <summary>All log messages of Core.</summary>
internal static partial class Log
{
    private static readonly Func<ILogger, long, IDisposable?> PipelineRun = LoggerMessage.DefineScope<long>("Pipeline run {PipelineRunId}");

    /// <summary>Everything logged until the result is disposed belongs to this run.</summary>
    public static IDisposable? RunScope(ILogger logger, long pipelineRunId) => PipelineRun(logger, pipelineRunId);

    [LoggerMessage(Level = LogLevel.Information, Message = "Database {Database} is ready; migrations applied: {Migrations}")]
    public static partial void DatabaseReady(ILogger logger, string database, string migrations);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Waiting up to 30 s for {Database}: {Reason}")]
    public static partial void WaitsForDatabase(ILogger logger, string database, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Database} does not take writes, trying again in {Delay}: {Reason}")]
    public static partial void DatabaseAway(ILogger logger, string database, TimeSpan delay, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A batch of {Count} writes failed; each is tried alone")]
    public static partial void BatchFailed(ILogger logger, int count, Exception exception);

    [LoggerMessage(Level = LogLevel.Information, Message = "Run {PipelineRunId} of {Project}/{Pipeline} started")]
    public static partial void RunStarted(ILogger logger, long pipelineRunId, string project, string pipeline);

    [LoggerMessage(Level = LogLevel.Information, Message = "Run {PipelineRunId} left this worker: {Status}")]
    public static partial void RunLeft(ILogger logger, long pipelineRunId, RunStatus status);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Run {PipelineRunId} is left as it was last stored, because nothing can be stored now")]
    public static partial void RunLeftWithoutDatabase(ILogger logger, long pipelineRunId, Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "Run {PipelineRunId} failed for a reason outside its blocks")]
    public static partial void RunBroke(ILogger logger, long pipelineRunId, Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "Run {PipelineRunId}: the run that is block {Block} could not be started")]
    public static partial void CallFailed(ILogger logger, long pipelineRunId, string block, Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "Run {PipelineRunId} could not be cancelled with the one that it is a block of")]
    public static partial void ForsakenNotCancelled(ILogger logger, long pipelineRunId, Exception exception);

    [LoggerMessage(Level = LogLevel.Information, Message = "Run {PipelineRunId}: block {Block} started, attempt {Attempt}")]
    public static partial void BlockStarted(ILogger logger, long pipelineRunId, string block, int attempt);

    [LoggerMessage(Level = LogLevel.Information, Message = "Run {PipelineRunId}: block {Block} ended: {Outcome}")]
    public static partial void BlockEnded(ILogger logger, long pipelineRunId, string block, string outcome);

    [LoggerMessage(Level = LogLevel.Error, Message = "Run {PipelineRunId}: the session that ran block {Block} failed")]
    public static partial void SessionFailed(ILogger logger, long pipelineRunId, string block, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Run {PipelineRunId} ({Status}) has no worker; enqueued again")]
    public static partial void RunRecovered(ILogger logger, long pipelineRunId, string status);

    [LoggerMessage(Level = LogLevel.Error, Message = "A run could not be executed by its slot; recovery takes it up")]
    public static partial void SlotFailed(ILogger logger, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Changes by other processes are not heard of now, trying again in {Delay}")]
    public static partial void FeedBroken(ILogger logger, TimeSpan delay, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Looking for runs without a worker failed; tried again soon")]
    public static partial void SweepFailed(ILogger logger, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Renewing the leases of this process failed; tried again soon")]
    public static partial void HeartbeatFailed(ILogger logger, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The list of workers was not told of this process; tried again soon")]
    public static partial void WorkerBeatFailed(ILogger logger, Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Count} lines of the log of run {PipelineRunId} could not be stored")]
    public static partial void LogLinesLost(ILogger logger, int count, long pipelineRunId, Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "A listener of changes failed at run {PipelineRunId}")]
    public static partial void ListenerFailed(ILogger logger, long pipelineRunId, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Changes under {Path} are looked for every second, because the system does not report them: {Reason}")]
    public static partial void CannotWatch(ILogger logger, string path, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Reports of changes under {Path} were lost, everything is checked again: {Reason}")]
    public static partial void LostChanges(ILogger logger, string path, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "A listener for changes of project {ProjectUuid} failed")]
    public static partial void ListenerFailed(ILogger logger, string projectUuid, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The triggers of {ProjectUuid}/{PipelineUuid} rest until their file can be read: {Reason}")]
    public static partial void TriggersUnreadable(ILogger logger, string projectUuid, string pipelineUuid, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Trigger {ProjectUuid}/{PipelineUuid}/{Name} fired for {Instant}: run {PipelineRunId}")]
    public static partial void TriggerFired(
        ILogger logger, string projectUuid, string pipelineUuid, string name, DateTimeOffset instant, long pipelineRunId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Trigger {ProjectUuid}/{PipelineUuid}/{Name} is due but cannot start its run, trying again in {Delay}")]
    public static partial void TriggerFailed(
        ILogger logger, string projectUuid, string pipelineUuid, string name, TimeSpan delay, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Trigger {ProjectUuid}/{PipelineUuid}/{Name} missed {Instant}, which has no run since its catch_up is none")]
    public static partial void TriggerMissed(ILogger logger, string projectUuid, string pipelineUuid, string name, DateTimeOffset instant);

    [LoggerMessage(Level = LogLevel.Error, Message = "Triggers could not be looked at, trying again in {Delay}")]
    public static partial void SchedulerFailed(ILogger logger, TimeSpan delay, Exception exception);

    [LoggerMessage(Level = LogLevel.Information, Message = "Trigger {ProjectUuid}/{PipelineUuid}/{Name} fired for the event {Key}: run {PipelineRunId}")]
    public static partial void EventFired(ILogger logger, string projectUuid, string pipelineUuid, string name, string key, long pipelineRunId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Events of the trigger {ProjectUuid}/{PipelineUuid}/{Name} cannot be taken up, trying again in {Delay}")]
    public static partial void EventsFailed(ILogger logger, string projectUuid, string pipelineUuid, string name, TimeSpan delay, Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "Events of triggers could not be looked for, trying again in {Delay}")]
    public static partial void EventWatcherFailed(ILogger logger, TimeSpan delay, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Files in {Folder} are looked for by time only, because the system does not report them: {Reason}")]
    public static partial void FolderNotReported(ILogger logger, string folder, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Run {PipelineRunId}: the files of block {Block} could not be moved")]
    public static partial void OutputsNotMoved(ILogger logger, long pipelineRunId, string block, Exception exception);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Count} runs of {Project} that ended before {Before} were removed with their logs and outputs")]
    public static partial void RunsRemoved(ILogger logger, int count, string project, DateTimeOffset before);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Removing old runs failed; tried again in an hour")]
    public static partial void RetentionFailed(ILogger logger, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The outputs of the old run {PipelineRunId} cannot be removed, so the run stays; tried again in an hour")]
    public static partial void OutputsNotRemoved(ILogger logger, long pipelineRunId, Exception exception);

    [LoggerMessage(Level = LogLevel.Information, Message = "Outputs {Folder} belonged to no run and were removed; last change {ChangedAt}")]
    public static partial void OrphanRemoved(ILogger logger, string folder, DateTimeOffset changedAt);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Outputs {Folder} belong to no run and cannot be removed; tried again tomorrow")]
    public static partial void OrphanNotRemoved(ILogger logger, string folder, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The output store {Store} belongs to database {Owner}, this is {Database}: outputs without a run stay. Give every database a store of its own")]
    public static partial void OutputsOfAnotherDatabase(ILogger logger, string store, string owner, string database);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Backfill {BackfillId} cannot go on and failed")]
    public static partial void BackfillFailed(ILogger logger, long backfillId, Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "Looking after backfills failed; tried again in {Delay}")]
    public static partial void BackfillsFailed(ILogger logger, TimeSpan delay, Exception exception);
}
