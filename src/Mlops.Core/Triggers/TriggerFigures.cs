using Mlops.Core.Runs;

namespace Mlops.Core.Triggers;

/// <summary>Figures of the runs that a trigger made and that are still kept.</summary>
/// <param name="OpenCount">Runs that are not final.</param>
/// <param name="LastStatus">Status of the newest run; null without any.</param>
/// <param name="AverageDuration">Of the completed ones; null without any.</param>
public sealed record TriggerFigures(long OpenCount, RunStatus? LastStatus, TimeSpan? AverageDuration)
{
    /// <summary>Those of a trigger that made no run.</summary>
    public static TriggerFigures None { get; } = new(0, null, null);
}

/// <summary>The figures as the driver gives them.</summary>
internal sealed class TriggerFiguresRow
{
    public long TriggerId { get; init; }
    public long OpenCount { get; init; }
    public string LastStatus { get; init; } = "";
    public long? AverageDuration { get; init; }

    public TriggerFigures ToFigures() => new(
        OpenCount, PipelineRunRow.RunStatusOf(LastStatus), AverageDuration is { } average ? TimeSpan.FromMicroseconds(average) : null);
}
