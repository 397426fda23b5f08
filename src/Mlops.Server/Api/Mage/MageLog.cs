using Mlops.Core.Runs;

namespace Mlops.Server.Api.Mage;

/// <summary>Mage's envelope of logs.</summary>
internal sealed record MageLogList<T>(IReadOnlyList<T> Logs, MageMetadata Metadata);

/// <summary>A log as one text.</summary>
/// <param name="Name">Name of the file that it would be.</param>
/// <param name="Path">Address of the whole of it.</param>
/// <param name="Content">The last lines: time, level, block, text.</param>
internal sealed record MageLog(string Name, string Path, string Content);

/// <summary>Lines of some runs of a pipeline.</summary>
/// <param name="BlockRunLogs">By block run.</param>
/// <param name="PipelineRunLogs">By run, lines that no block wrote.</param>
/// <param name="TotalBlockRunLogCount">Items of <paramref name="BlockRunLogs"/>.</param>
/// <param name="TotalPipelineRunLogCount">Runs that fit, whatever the page.</param>
internal sealed record MagePipelineLogs(
    IReadOnlyList<IReadOnlyList<MageLogLine>> BlockRunLogs, IReadOnlyList<IReadOnlyList<MageLogLine>> PipelineRunLogs,
    long TotalBlockRunLogCount, long TotalPipelineRunLogCount)
{
    /// <param name="groups">Lines by block, null for those of no block; one group a run and block.</param>
    /// <param name="runCount">Runs that fit, whatever the page.</param>
    public static MagePipelineLogs From(IReadOnlyList<IGrouping<string?, MageLogLine>> groups, long runCount)
    {
        var blocks = Of(groups.Where(group => group.Key is not null));
        return new MagePipelineLogs(blocks, Of(groups.Where(group => group.Key is null)), blocks.Count, runCount);
    }

    private static List<IReadOnlyList<MageLogLine>> Of(IEnumerable<IGrouping<string?, MageLogLine>> groups) =>
        [.. groups.Select(IReadOnlyList<MageLogLine> (group) => [.. group])];
}

/// <summary>A line of a log.</summary>
/// <param name="Name">Name of the file that its log would be.</param>
/// <param name="Path">Address of the whole log.</param>
/// <param name="Content">The line: time, level, block, text.</param>
/// <param name="CreatedAt">When it was written, UTC.</param>
/// <param name="Data">The same in parts.</param>
internal sealed record MageLogLine(string Name, string Path, string Content, DateTimeOffset CreatedAt, MageLogData Data)
{
    public static MageLogLine From(RunLogLine line, PipelineRun run) => new(
        MageLogs.Name(line.BlockUuid), MageLogs.Path(run.Id, line.BlockUuid), RunLogText.Format(line).TrimEnd('\n'), line.At,
        new MageLogData(
            line.At.ToUnixTimeMilliseconds() / 1000d, line.Level.ToString().ToUpperInvariant(), line.Text, line.BlockUuid, run.Id, run.PipelineUuid, run.TriggerId));
}

/// <summary>A line in parts.</summary>
/// <param name="Timestamp">Seconds since 1970.</param>
/// <param name="Level">DEBUG, INFO, WARNING or ERROR.</param>
/// <param name="Message">The text.</param>
/// <param name="BlockUuid">The block that wrote it; null for the run itself.</param>
/// <param name="PipelineRunId">The run.</param>
/// <param name="PipelineUuid">Its pipeline.</param>
/// <param name="PipelineScheduleId">Its trigger.</param>
internal sealed record MageLogData(
    double Timestamp, string Level, string Message, string? BlockUuid, long PipelineRunId, string PipelineUuid, long? PipelineScheduleId);
