namespace Mlops.Core.Runs;

/// <summary>A run that was accepted with its first blocks begun.</summary>
/// <param name="Run">The run as it is stored.</param>
/// <param name="ExecuteAsync">Executes it; to be called exactly once.</param>
internal sealed record StartedRun(PipelineRun Run, Func<CancellationToken, Task<RunOutcome>> ExecuteAsync);
