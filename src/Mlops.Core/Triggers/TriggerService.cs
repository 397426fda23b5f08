namespace Mlops.Core.Triggers;

/// <summary>Use cases of triggers.</summary>
public sealed class TriggerService
{
    /// <summary>The triggers of a project, or of one pipeline, by pipeline and name.</summary>
    public Task<IReadOnlyList<Trigger>> ListAsync(string projectUuid, string? pipelineUuid, CancellationToken cancellationToken) =>
        throw new NotImplementedException();
}
