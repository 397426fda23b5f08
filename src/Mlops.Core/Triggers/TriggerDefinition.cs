using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Mlops.Core.Triggers;

/// <summary>A trigger as <c>triggers.yaml</c> says.</summary>
internal sealed record TriggerDefinition
{
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

    /// <summary>Why it cannot fire; null where nothing is wrong.</summary>
    public string? Problem { get; init; }

    /// <summary>Equal for definitions that are equal.</summary>
    public string ContentHash() => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(this))));
}
