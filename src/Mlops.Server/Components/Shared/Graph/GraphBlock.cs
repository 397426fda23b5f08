using Mlops.Core.Pipelines;
using Mlops.Core.Runs;

namespace Mlops.Server.Components.Shared.Graph;

/// <summary>A block as <see cref="BlockGraphView"/> draws it.</summary>
public sealed record GraphBlock
{
    /// <summary>Unique in its graph.</summary>
    public required string Uuid { get; init; }

    /// <summary>Name in full; the node grows with it.</summary>
    public required string Name { get; init; }

    /// <summary>Gives colour, icon and word.</summary>
    public required BlockType Type { get; init; }

    /// <summary>Uuids of its upstream blocks; unknown ones are not drawn.</summary>
    public IReadOnlyList<string> UpstreamBlocks { get; init; } = [];

    /// <summary>Second line of the node.</summary>
    public required string Note { get; init; }

    /// <summary>Where its block run stands; null without a run.</summary>
    public BlockRunStatus? Status { get; init; }

    /// <summary>Share done of a running block, 0 to 1; null where nobody knows.</summary>
    public double? Progress { get; init; }

    /// <summary>Rows of its first table; null without one.</summary>
    public long? RowCount { get; init; }

    /// <summary>Columns of that table.</summary>
    public int ColumnCount { get; init; }

    /// <summary>Whether it stands for several block runs, which are not drawn.</summary>
    public bool IsStack { get; init; }

    /// <summary>The conditions and callbacks of a pipeline, and what they are attached to, as nodes before and behind it.</summary>
    public static IReadOnlyList<GraphBlock> WithAddOns(Pipeline pipeline, IEnumerable<GraphBlock> blocks) =>
    [
        .. pipeline.Conditionals.Select(conditional => Of(conditional) with { UpstreamBlocks = [] }),
        .. blocks.Select(block => block with
        {
            UpstreamBlocks = [.. block.UpstreamBlocks, .. pipeline.Conditionals.Where(conditional => conditional.UpstreamBlocks.Contains(block.Uuid)).Select(conditional => conditional.Uuid)],
        }),
        .. pipeline.Callbacks.Select(Of),
    ];

    /// <summary>A block of a pipeline that has no run to show: type and language below its name.</summary>
    public static GraphBlock Of(Block block) => new()
    {
        Uuid = block.Uuid,
        Name = block.Name,
        Type = block.Type,
        UpstreamBlocks = block.UpstreamBlocks,
        Note = $"{block.Type.Label} · {block.Language.Label}",
    };

    /// <summary>A block with what became of it in a run.</summary>
    /// <param name="run">The block run.</param>
    /// <param name="all">All block runs of the pipeline run: they say what it waits for.</param>
    /// <param name="now">End of what is still running.</param>
    /// <param name="expected">Usual duration of the block; null where unknown.</param>
    public static GraphBlock Of(BlockRun run, IReadOnlyList<BlockRun> all, DateTimeOffset now, TimeSpan? expected = null)
    {
        var children = run.IsGroup ? FannedBlocks.Of(run.BlockUuid, all) : [];
        var table = run.Outputs.FirstOrDefault(output => output.RowCount is not null);
        return new()
        {
            Uuid = run.BlockUuid,
            Name = run.Name,
            Type = run.Type,
            UpstreamBlocks = run.UpstreamBlocks,
            Note = FannedBlocks.Note(children) ?? BlockRunNote.Of(run, all, now),
            Status = run.Status,
            IsStack = run.IsGroup,
            Progress = run is { IsGroup: true, Status: BlockRunStatus.Running } ? FannedBlocks.Share(children)
                : run.Status == BlockRunStatus.Running && expected is { Ticks: > 0 } usual && run.Duration(now) is { } spent
                ? Math.Min(0.99, spent / usual)
                : null,
            RowCount = table?.RowCount,
            ColumnCount = table?.Columns.Count ?? 0,
        };
    }
}
