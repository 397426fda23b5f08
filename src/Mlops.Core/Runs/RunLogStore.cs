namespace Mlops.Core.Runs;

/// <summary>The lines that runs wrote, numbered from 1 in each run.</summary>
public sealed class RunLogStore
{
    /// <summary>Lines with a number above <paramref name="after"/> that fit, in order, at most <paramref name="limit"/> (1 to 5,000).</summary>
    /// <exception cref="NotFoundException">There is no such run.</exception>
    public Task<IReadOnlyList<RunLogLine>> ReadAsync(
        long pipelineRunId, RunLogFilter filter, long after, int limit, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>The fitting lines from position <paramref name="offset"/> (from 0), for a view that shows a window of them.</summary>
    public Task<IReadOnlyList<RunLogLine>> ReadWindowAsync(
        long pipelineRunId, RunLogFilter filter, long offset, int limit, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>How many lines fit, by level; levels without lines are left out. The filter's own levels are not applied.</summary>
    public Task<IReadOnlyDictionary<RunLogLevel, long>> CountAsync(
        long pipelineRunId, RunLogFilter filter, CancellationToken cancellationToken) => throw new NotImplementedException();
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
