using System.Text.Json;

namespace Mlops.Core.Runs;

/// <summary>What a trigger asks for.</summary>
public sealed record TriggeredRun
{
    /// <summary>The project.</summary>
    public required string ProjectUuid { get; init; }

    /// <summary>The pipeline.</summary>
    public required string PipelineUuid { get; init; }

    /// <summary>The trigger; with the instant it is unique among runs.</summary>
    public required long TriggerId { get; init; }

    /// <summary>Its name, kept with the run.</summary>
    public required string TriggerName { get; init; }

    /// <summary>What the run is said to come from.</summary>
    public RunOrigin Origin { get; init; } = RunOrigin.Time;

    /// <summary>The instant that the run stands for, UTC; null for now, without being unique.</summary>
    public DateTimeOffset? Instant { get; init; }

    /// <summary>The trigger's variables; they go before the pipeline's own.</summary>
    public IReadOnlyDictionary<string, JsonElement> Variables { get; init; } = new Dictionary<string, JsonElement>();

    /// <summary>Variables of the call; they go before the trigger's.</summary>
    public IReadOnlyDictionary<string, JsonElement> CallVariables { get; init; } = new Dictionary<string, JsonElement>();

    /// <summary>What else was sent; fills in variables that nobody gives.</summary>
    public IReadOnlyDictionary<string, JsonElement> EventVariables { get; init; } = new Dictionary<string, JsonElement>();

    /// <summary>The instant that the run stands for where no schedule gives one; null for now. Any number of runs may stand for one.</summary>
    public DateTimeOffset? ExecutionDate { get; init; }

    /// <summary>The part of the pipeline that is run; null for all of it.</summary>
    public BlockSelection? Only { get; init; }

    /// <summary>The time that the run is to handle; null where no schedule gives one.</summary>
    public RunInterval? Interval { get; init; }

    /// <summary>How long after its execution date the run should be over; null for no such wish.</summary>
    public TimeSpan? Sla { get; init; }

    /// <summary>The trigger's terms; they go before the pipeline's own.</summary>
    public TriggerTerms Terms { get; init; } = new();
}
