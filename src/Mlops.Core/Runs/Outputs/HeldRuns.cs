namespace Mlops.Core.Runs.Outputs;

/// <summary>The runs that this process is executing, for whoever must leave their files alone.</summary>
public sealed class HeldRuns
{
    private readonly RunLeases _leases;

    internal HeldRuns(RunLeases leases) => _leases = leases;

    /// <summary>Whether this process is executing the run now.</summary>
    public bool Contains(long pipelineRunId) => _leases.Holds(pipelineRunId);
}
