namespace Mlops.Core.Runs;

/// <summary>How a worker left a run.</summary>
/// <param name="IsFinal">Whether the run is over.</param>
public readonly record struct RunOutcome(bool IsFinal)
{
    /// <summary>The run was not executed here, or not to a point from which anything follows.</summary>
    public static RunOutcome NotHere => default;

    /// <summary>The run; 0 where nothing follows for it.</summary>
    public long PipelineRunId { get; init; }

    /// <summary>Whether it is worth another try at once.</summary>
    public bool IsBusy { get; init; }

    /// <summary>When the run wants to be taken again, for the retry of a block; null where it does not.</summary>
    public DateTimeOffset? ResumeAt { get; init; }

    /// <summary>The run's project and pipeline where its end may let others start; null where it held nobody up.</summary>
    public (string ProjectUuid, string PipelineUuid)? Frees { get; init; }

    internal static RunOutcome Of(RunProgress progress) => new(progress.IsFinal)
    {
        PipelineRunId = progress.Run.Id,
        ResumeAt = progress is { IsFinal: false } ? progress.ParkedUntil : null,
        Frees = progress.Run.Terms.Limits.LimitsRuns ? (progress.Run.ProjectUuid, progress.Run.PipelineUuid) : null,
    };
}
