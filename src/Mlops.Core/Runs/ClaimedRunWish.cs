using System.Text.Json;

namespace Mlops.Core.Runs;

/// <summary>A run that a process wants to execute itself.</summary>
/// <param name="ProjectUuid">Its project.</param>
/// <param name="PipelineUuid">The pipeline.</param>
public sealed record ClaimedRunWish(string ProjectUuid, string PipelineUuid)
{
    /// <summary>Variables that go before the pipeline's own.</summary>
    public IReadOnlyDictionary<string, JsonElement> Variables { get; init; } = new Dictionary<string, JsonElement>();

    /// <summary>The part of the pipeline that is run; null for all of it.</summary>
    public BlockSelection? Only { get; init; }

    /// <summary>Whether sensors do not look, and complete at once.</summary>
    public bool SkipsSensors { get; init; }
}
