using Mlops.Core.Runs;
using Mlops.Server.Components.Shared.Graph;

namespace Mlops.Server.Components.Shared.Gantt;

/// <summary>The block runs of a pipeline run over time, as drawn by <see cref="GanttView"/>.</summary>
internal sealed record GanttChart
{
    public required GanttScale Scale { get; init; }

    public required IReadOnlyList<GanttRow> Rows { get; init; }

    /// <summary>Place of the line for now in percent; null once the run is final.</summary>
    public double? Now { get; init; }

    /// <summary>Draws a run as it stands at <paramref name="now"/>.</summary>
    /// <param name="run">The run with its block runs.</param>
    /// <param name="now">End of what is still running.</param>
    /// <param name="expected">Usual durations by block; a running block gets an outline up to its one.</param>
    public static GanttChart Of(PipelineRun run, DateTimeOffset now, IReadOnlyDictionary<string, TimeSpan> expected)
    {
        // A retry starts the run anew: blocks that it kept lie before the axis, so that hours between do not squeeze the bars.
        var start = run.StartedAt ?? run.BlockRuns.Select(block => block.StartedAt).Min() ?? run.CreatedAt;
        var end = run.Status.IsFinal()
            ? run.BlockRuns.Select(block => block.CompletedAt).Append(run.CompletedAt).Max() ?? start
            : now;
        var last = run.BlockRuns.Select(block => ExpectedEnd(block, expected) ?? start).Append(end).Max();
        var axis = new Axis(start, end, GanttScale.For(last - start));
        return new()
        {
            Scale = axis.Scale,
            Now = run.Status.IsFinal() ? null : axis.Percent(end),
            Rows = [.. FannedBlocks.Folded(run.BlockRuns).OrderBy(block => block.StartedAt ?? DateTimeOffset.MaxValue).Select(block => Row(block, run, axis, expected))],
        };
    }

    private static GanttRow Row(BlockRun block, PipelineRun run, Axis axis, IReadOnlyDictionary<string, TimeSpan> expected)
    {
        var row = new GanttRow(block)
        {
            Duration = block.Duration(axis.End),
            Earlier = [.. block.EarlierAttempts.Where(attempt => attempt.StartedAt >= axis.Start).Select(attempt => new GanttAttempt(
                attempt, axis.Bar(attempt.StartedAt!.Value, attempt.CompletedAt ?? block.StartedAt ?? axis.End)))],
        };
        if (block.StartedAt is not { } from || block.LooksAgain)
        {
            return row with { NotePercent = axis.Percent(axis.End), Note = Note(block, run) };
        }

        if (block.CompletedAt < axis.Start)
        {
            return row with { NotePercent = run.Status.IsFinal() ? 0 : axis.Percent(axis.End), Note = "kept from an earlier attempt" };
        }

        var until = block.CompletedAt ?? axis.End;
        var likely = ExpectedEnd(block, expected);
        return row with { Bar = axis.Bar(from, until), Expected = likely > until ? axis.Bar(until, likely.Value) : null };
    }

    private static string Note(BlockRun block, PipelineRun run) => block.Status switch
    {
        BlockRunStatus.Initial when block.WaitsForApproval => "waits for approval",
        BlockRunStatus.Initial when block is { LooksAgain: true, NextAttemptAt: { } look } => $"looks again at {look:HH:mm:ss} UTC",
        BlockRunStatus.Initial when block.WaitsForRun => BlockRunNote.Of(block, run.BlockRuns, default) is var note ? char.ToLowerInvariant(note[0]) + note[1..] : "",
        BlockRunStatus.Initial when block.NextAttemptAt is { } next => $"tried again at {next:HH:mm:ss} UTC",
        BlockRunStatus.Initial when BlockRunNote.WaitsFor(block, run.BlockRuns) is { } waits => $"waits {waits}",
        BlockRunStatus.Initial => run.WaitingFor is null ? "ready" : "waits",
        BlockRunStatus.ConditionFailed => char.ToLowerInvariant(BlockRunNote.LeftOut(block)[0]) + BlockRunNote.LeftOut(block)[1..],
        _ => "did not run",
    };

    private static DateTimeOffset? ExpectedEnd(BlockRun block, IReadOnlyDictionary<string, TimeSpan> expected) =>
        block.Status == BlockRunStatus.Running && block.StartedAt is { } from && expected.TryGetValue(block.BlockUuid, out var usual) ? from + usual : null;

    private sealed record Axis(DateTimeOffset Start, DateTimeOffset End, GanttScale Scale)
    {
        public double Percent(DateTimeOffset at) => Scale.Percent(at - Start);

        public GanttBar Bar(DateTimeOffset from, DateTimeOffset until) => new(Percent(from), Percent(until) - Percent(from));
    }
}

/// <summary>A row of the chart.</summary>
/// <param name="Block">The block run.</param>
internal sealed record GanttRow(BlockRun Block)
{
    /// <summary>The attempts before the current one since the run started.</summary>
    public IReadOnlyList<GanttAttempt> Earlier { get; init; } = [];

    /// <summary>The time it ran; null if it has not.</summary>
    public GanttBar? Bar { get; init; }

    /// <summary>The time it is likely to take from now.</summary>
    public GanttBar? Expected { get; init; }

    /// <summary>What it does instead of running; null where there is a bar.</summary>
    public string? Note { get; init; }

    /// <summary>Place of the note in percent.</summary>
    public double NotePercent { get; init; }

    public TimeSpan? Duration { get; init; }
}

/// <summary>An earlier attempt of a block.</summary>
/// <param name="Attempt">The attempt.</param>
/// <param name="Bar">The time it ran.</param>
internal sealed record GanttAttempt(BlockAttempt Attempt, GanttBar Bar);

/// <summary>A bar in percent of the axis.</summary>
internal sealed record GanttBar(double X, double Width);
