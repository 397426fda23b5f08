using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Mlops.Core.Triggers.Events;

namespace Mlops.Core.Triggers;

/// <summary>A trigger as <c>triggers.yaml</c> says.</summary>
internal sealed record TriggerDefinition
{
    private const int VersionLength = 16;

    public required string PipelineUuid { get; init; }

    public required string Name { get; init; }

    public string ScheduleType { get; init; } = "time";

    public string? ScheduleInterval { get; init; }

    public DateTimeOffset? StartTime { get; init; }

    public bool IsActive { get; init; }

    public string? Description { get; init; }

    /// <summary>JSON text of its variables.</summary>
    public string Variables { get; init; } = "{}";

    /// <summary>JSON text of its settings.</summary>
    public string Settings { get; init; } = "{}";

    /// <summary>How long after their execution date its runs should be over; null for no such wish.</summary>
    public TimeSpan? Sla { get; init; }

    /// <summary>Environments that it is for; empty for all.</summary>
    public IReadOnlyList<string> Envs { get; init; } = [];

    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>The token that the file gives; null where it leaves that to us.</summary>
    public string? Token { get; init; }

    /// <summary>JSON text of what it waits for; null where it says nothing of that, which leaves the hash of other triggers as it was.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Event { get; init; }

    /// <summary>JSON text of Mage's <c>event_matchers</c>; null where there are none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? EventMatchers { get; init; }

    /// <summary>Why it cannot fire; null where nothing is wrong.</summary>
    public string? Problem { get; init; }

    /// <summary>Why it does not fire here although nothing is wrong; null where it does.</summary>
    public string? RestsBecause { get; init; }

    /// <summary>What it says of when it is due.</summary>
    [JsonIgnore]
    public TriggerTiming Timing => TriggerSettings.ReadTiming(Settings, ScheduleInterval, StartTime);

    /// <summary>What starts its runs.</summary>
    [JsonIgnore]
    public TriggerCause Cause => new(ScheduleType, Timing, EventSettings.Read(Event, EventMatchers));

    /// <summary>Equal for definitions that are equal.</summary>
    public string ContentHash() => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(this))));

    /// <summary>The version that a content hash stands for, for whoever changes a trigger that he read before.</summary>
    public static string? VersionOf(string? contentHash) => contentHash?[..VersionLength];
}
