using System.Globalization;
using Mlops.Core.Pipelines;
using Mlops.Core.Runs;

namespace Mlops.Server.Api.Mage;

/// <summary>Logs as Mage's clients read them: its files are texts by run and block.</summary>
internal sealed class MageLogs(PipelineRunService runs, RunLogStore logs)
{
    /// <summary>Last lines of a block run that are given; its path gives all.</summary>
    private const int LinesOfBlock = 5000;

    /// <summary>Last lines that are given of each run, or of each block where blocks are asked for.</summary>
    private const int LinesEach = 1000;

    /// <summary>Runs whose logs are given at once.</summary>
    private const int MaximumRuns = 20;

    /// <summary>The log of a block run as one text.</summary>
    public async Task<MageLogList<MageLog>> ReadAsync(long blockRunId, CancellationToken cancellationToken)
    {
        var run = await runs.GetOfBlockRunAsync(blockRunId, cancellationToken);
        var block = run.BlockRuns.First(block => block.Id == blockRunId).BlockUuid;
        var lines = await ReadLastAsync(run.Id, new RunLogFilter(block), LinesOfBlock, cancellationToken);
        var log = new MageLog(Name(block), Path(run.Id, block), string.Concat(lines.Select(RunLogText.Format)));
        return new MageLogList<MageLog>([log], new MageMetadata(1, false, false));
    }

    /// <summary>The lines of the newest runs of a pipeline, by run and block.</summary>
    public async Task<MageLogList<MagePipelineLogs>> ReadAsync(Pipeline pipeline, MageQuery query, CancellationToken cancellationToken)
    {
        var page = query.Page(MaximumRuns, MaximumRuns);
        var filter = new PipelineRunFilter(pipeline.ProjectUuid, pipeline.Uuid, Limit: page.Limit)
        {
            Ids = query.Ids("pipeline_run_id"),
            TriggerIds = query.Ids("pipeline_schedule_id"),
            Offset = page.Offset,
        };
        var (from, to) = (query.Instant("start_timestamp") ?? DateTimeOffset.MinValue, query.Instant("end_timestamp") ?? DateTimeOffset.MaxValue);
        if (query.Values("block_run_id") is [var block, ..])
        {
            query.Refuse($"'block_run_id' is '{block}', which is not asked for here; the log of one block run is at block_runs/{block}/logs.");
        }

        query.ThrowIfAny();
        var found = await runs.ListAsync(filter, cancellationToken);
        var groups = new List<IGrouping<string?, MageLogLine>>();
        foreach (var run in found.Runs)
        {
            var lines = await ReadAsync(run.Id, query.Values("block_uuid"), cancellationToken);
            groups.AddRange(lines.Where(line => line.At >= from && line.At <= to).GroupBy(line => line.BlockUuid, line => MageLogLine.From(line, run)));
        }

        return new MageLogList<MagePipelineLogs>([MagePipelineLogs.From(groups, found.TotalCount)], page.Describe(found.TotalCount));
    }

    public static string Name(string? block) => $"{block ?? "pipeline"}.log";

    /// <summary>Where the whole of it can be read.</summary>
    public static string Path(long runId, string? block) => string.Create(
        CultureInfo.InvariantCulture, $"/api/pipeline_runs/{runId}/logs?format=text{(block is null ? "" : "&block=" + Uri.EscapeDataString(block))}");

    private async Task<IReadOnlyList<RunLogLine>> ReadAsync(long runId, IReadOnlyList<string> blocks, CancellationToken cancellationToken)
    {
        if (blocks.Count == 0)
        {
            return await ReadLastAsync(runId, new RunLogFilter(), LinesEach, cancellationToken);
        }

        var lines = new List<RunLogLine>();
        foreach (var block in blocks)
        {
            lines.AddRange(await ReadLastAsync(runId, new RunLogFilter(block), LinesEach, cancellationToken));
        }

        return lines;
    }

    private async Task<IReadOnlyList<RunLogLine>> ReadLastAsync(long runId, RunLogFilter filter, int limit, CancellationToken cancellationToken)
    {
        var count = (await logs.CountAsync(runId, filter, cancellationToken)).Values.Sum();
        return await logs.ReadWindowAsync(runId, filter, Math.Max(0, count - limit), limit, cancellationToken);
    }
}
