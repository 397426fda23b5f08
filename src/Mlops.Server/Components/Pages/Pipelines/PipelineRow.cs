using Mlops.Core.Pipelines;
using Mlops.Core.Runs;
using Mlops.Core.Triggers;

namespace Mlops.Server.Components.Pages.Pipelines;

/// <summary>A pipeline in the list, with what is known of its runs and triggers.</summary>
/// <param name="Pipeline">The pipeline.</param>
/// <param name="Runs">Its last ten runs, newest first.</param>
/// <param name="Triggers">Its triggers.</param>
public sealed record PipelineRow(Pipeline Pipeline, IReadOnlyList<PipelineRun> Runs, IReadOnlyList<Trigger> Triggers)
{
    /// <summary>Its newest run; null before the first.</summary>
    public PipelineRun? LastRun => Runs.Count > 0 ? Runs[0] : null;

    /// <summary>The first error that keeps it from being run; null where it can be.</summary>
    public PipelineProblem? Error => Pipeline.Problems.FirstOrDefault(problem => problem.IsError);

    /// <summary>The trigger that fires next; null where none will.</summary>
    public Trigger? NextTrigger => Triggers.Where(trigger => trigger is { IsActive: true, NextRunAt: not null }).MinBy(trigger => trigger.NextRunAt);

    /// <summary>Whether every word of <paramref name="search"/> is in its name, description, tags or blocks, without regard to case.</summary>
    public bool Matches(string search) => search.Split(' ', StringSplitOptions.RemoveEmptyEntries).All(word =>
        Words.Any(text => text.Contains(word, StringComparison.OrdinalIgnoreCase)));

    private IEnumerable<string> Words =>
    [
        Pipeline.Uuid,
        Pipeline.Name,
        Pipeline.Description ?? "",
        .. Pipeline.Tags,
        .. Pipeline.Blocks.SelectMany(block => new[] { block.Uuid, block.Name, block.Type.Label }),
    ];
}
