using Mlops.Core.Database;

namespace Mlops.Core.Runs;

/// <summary>The lines that runs wrote, numbered from 1 in each run.</summary>
public sealed class RunLogStore(MetadataDatabase database)
{
    /// <summary>Lines with a number above <paramref name="after"/> that fit, in order, at most <paramref name="limit"/> (1 to 5,000).</summary>
    /// <exception cref="NotFoundException">There is no such run.</exception>
    public Task<IReadOnlyList<RunLogLine>> ReadAsync(
        long pipelineRunId, RunLogFilter filter, long after, int limit, CancellationToken cancellationToken) =>
        ReadAsync(pipelineRunId, filter, after, offset: 0, limit, cancellationToken);

    /// <summary>The fitting lines from position <paramref name="offset"/> (from 0), for a view that shows a window of them.</summary>
    /// <exception cref="NotFoundException">There is no such run.</exception>
    public Task<IReadOnlyList<RunLogLine>> ReadWindowAsync(
        long pipelineRunId, RunLogFilter filter, long offset, int limit, CancellationToken cancellationToken)
    {
        // Numbers have no gaps, so that a window of all lines is a range of numbers and needs no counting.
        var isUnfiltered = filter is { BlockUuid: null, MinimumLevel: null, Text: null };
        return isUnfiltered
            ? ReadAsync(pipelineRunId, filter, after: offset, offset: 0, limit, cancellationToken)
            : ReadAsync(pipelineRunId, filter, after: 0, offset, limit, cancellationToken);
    }

    /// <summary>How many lines fit, by level; levels without lines are left out. The filter's own levels are not applied.</summary>
    /// <exception cref="NotFoundException">There is no such run.</exception>
    public async Task<IReadOnlyDictionary<RunLogLevel, long>> CountAsync(
        long pipelineRunId, RunLogFilter filter, CancellationToken cancellationToken)
    {
        await RequireRunAsync(pipelineRunId, cancellationToken);
        var rows = await database.QueryAsync<LevelCount>(
            $"select level, count(*) as Count from run_log where {Conditions(filter with { MinimumLevel = null })} group by level",
            new { pipelineRunId, filter.BlockUuid, filter.Text }, cancellationToken);
        return rows.ToDictionary(row => (RunLogLevel)row.Level, row => row.Count);
    }

    private async Task<IReadOnlyList<RunLogLine>> ReadAsync(
        long pipelineRunId, RunLogFilter filter, long after, long offset, int limit, CancellationToken cancellationToken)
    {
        await RequireRunAsync(pipelineRunId, cancellationToken);
        var rows = await database.QueryAsync<LineRow>(
            $"""
            select number, at, level, block_uuid as BlockUuid, attempt, text from run_log
            where {Conditions(filter)} and number > @after order by number limit @limit offset @offset
            """,
            new
            {
                pipelineRunId,
                filter.BlockUuid,
                filter.Text,
                level = (int)(filter.MinimumLevel ?? RunLogLevel.Debug),
                after,
                offset,
                limit = Math.Clamp(limit, 1, 5000),
            },
            cancellationToken);
        return [.. rows.Select(row => row.ToLine())];
    }

    private string Conditions(RunLogFilter filter) => string.Join(" and ",
    [
        "pipeline_run_id = @pipelineRunId",
        .. filter.BlockUuid is null ? (string[])[] : ["block_uuid = @BlockUuid"],
        .. filter.MinimumLevel is null ? (string[])[] : ["level >= @level"],
        .. filter.Text is null ? (string[])[] : [database.Dialect.ContainsText("text", "@Text")],
    ]);

    private async Task RequireRunAsync(long pipelineRunId, CancellationToken cancellationToken)
    {
        var found = await database.QueryAsync<long>("select 1 from pipeline_run where id = @pipelineRunId", new { pipelineRunId }, cancellationToken);
        if (found.Count == 0)
        {
            throw PipelineRunService.NoSuchRun(pipelineRunId);
        }
    }

    private sealed class LevelCount
    {
        public int Level { get; init; }
        public long Count { get; init; }
    }

    private sealed class LineRow
    {
        public long Number { get; init; }
        public long At { get; init; }
        public int Level { get; init; }
        public string? BlockUuid { get; init; }
        public int Attempt { get; init; }
        public string Text { get; init; } = "";

        public RunLogLine ToLine() => new(Number, Timestamps.FromMicroseconds(At), (RunLogLevel)Level, BlockUuid, Attempt, Text);
    }
}

/// <summary>Which lines to read. Null takes all.</summary>
/// <param name="BlockUuid">Of this block.</param>
/// <param name="MinimumLevel">As grave as this or graver.</param>
/// <param name="Text">That contain this text, without regard to case.</param>
public sealed record RunLogFilter(string? BlockUuid = null, RunLogLevel? MinimumLevel = null, string? Text = null);

/// <summary>A stored line.</summary>
/// <param name="Number">From 1 in its run, without gaps, in the order of arrival.</param>
/// <param name="At">When it was written, UTC.</param>
/// <param name="Level">How grave.</param>
/// <param name="BlockUuid">The block that wrote it; null for the run itself.</param>
/// <param name="Attempt">The block's attempt; 0 for the run itself.</param>
/// <param name="Text">The line.</param>
public sealed record RunLogLine(long Number, DateTimeOffset At, RunLogLevel Level, string? BlockUuid, int Attempt, string Text);
