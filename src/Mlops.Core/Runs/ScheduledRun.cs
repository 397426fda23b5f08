using System.Text.Json;

namespace Mlops.Core.Runs;

/// <summary>What a trigger asks for at one instant of its schedule.</summary>
/// <param name="ProjectUuid">The project.</param>
/// <param name="PipelineUuid">The pipeline.</param>
/// <param name="TriggerId">The trigger; with the instant it is unique among runs.</param>
/// <param name="TriggerName">Its name, kept with the run.</param>
/// <param name="Instant">The instant that the run stands for, UTC.</param>
/// <param name="Variables">The trigger's variables; they go before the pipeline's own.</param>
/// <param name="Terms">The trigger's terms; they go before the pipeline's own.</param>
public sealed record ScheduledRun(
    string ProjectUuid,
    string PipelineUuid,
    long TriggerId,
    string TriggerName,
    DateTimeOffset Instant,
    IReadOnlyDictionary<string, JsonElement> Variables,
    TriggerTerms Terms)
{
    /// <summary>The time that the run is to handle; null where the schedule gives none.</summary>
    public RunInterval? Interval { get; init; }
}
