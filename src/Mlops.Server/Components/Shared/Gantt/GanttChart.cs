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
        var start = StartOf(run);
        var end = run.Status.IsFinal()
            ? run.BlockRuns.Select(block => block.CompletedAt).Append(run.CompletedAt).Max() ?? start
            : now;
        var last = run.BlockRuns.Select(block => ExpectedEnd(block, expected) ?? start).Append(end).Max();
        var scale = GanttScale.For(last - start);
        var isOpen = !run.Status.IsFinal();
        var nowPercent = scale.Percent(end - start);
        return new()
        {
            Scale = scale,
            Now = isOpen ? nowPercent : null,
            Rows = [.. run.BlockRuns.OrderBy(block => block.StartedAt ?? DateTimeOffset.MaxValue).Select(block => Row(block, run, start, end, scale, nowPercent, expected))],
        };
    }

    /// <summary>Start of the axis. Blocks that a retry kept lie before it, so that hours between do not squeeze the bars.</summary>
    private static DateTimeOffset StartOf(PipelineRun run) => run.StartedAt ?? run.BlockRuns.Select(block => block.StartedAt).Min() ?? run.CreatedAt;

    private static GanttRow Row(
        BlockRun block, PipelineRun run, DateTimeOffset start, DateTimeOffset end, GanttScale scale, double nowPercent,
        IReadOnlyDictionary<string, TimeSpan> expected)
    {
        var row = new GanttRow(block);
        if (block.StartedAt is not { } from)
        {
            return row with { NotePercent = nowPercent, Note = Note(block, run) };
        }

        if (block.CompletedAt < start)
        {
            return row with { Note = "kept from an earlier attempt", Duration = block.Duration(end) };
        }

        var x = scale.Percent(from - start);
        var until = block.CompletedAt ?? end;
        var bar = new GanttBar(x, scale.Percent(until - start) - x);
        var rest = ExpectedEnd(block, expected) is { } likely && likely > until
            ? new GanttBar(bar.X + bar.Width, scale.Percent(likely - start) - bar.X - bar.Width)
            : null;
        return row with { Bar = bar, Expected = rest, Duration = block.Duration(end) };
    }

    private static string Note(BlockRun block, PipelineRun run) => block.Status switch
    {
        BlockRunStatus.Initial when BlockRunNote.WaitsFor(block, run.BlockRuns) is { } waits => $"waits {waits}",
        BlockRunStatus.Initial => run.WaitingFor is null ? "ready" : "waits",
        BlockRunStatus.ConditionFailed => "left out by its condition",
        _ => "did not run",
    };

    private static DateTimeOffset? ExpectedEnd(BlockRun block, IReadOnlyDictionary<string, TimeSpan> expected) =>
        block.Status == BlockRunStatus.Running && block.StartedAt is { } from && expected.TryGetValue(block.BlockUuid, out var usual) ? from + usual : null;
}

/// <summary>A row of the chart.</summary>
/// <param name="Block">The block run.</param>
internal sealed record GanttRow(BlockRun Block)
{
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

/// <summary>A bar in percent of the axis.</summary>
internal sealed record GanttBar(double X, double Width);
