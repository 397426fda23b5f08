namespace Mlops.Core.Runs;

/// <summary>A slot that is held for a run which is just being accepted, so that it starts without being looked for. Use or release it, always.</summary>
internal sealed class RunSlot
{
    private readonly TaskCompletionSource<Func<CancellationToken, Task<RunOutcome>>?> _work = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Executes the run in the slot.</summary>
    public void Use(Func<CancellationToken, Task<RunOutcome>> execute) => _work.TrySetResult(execute);

    /// <summary>Gives the slot back, unless it is used.</summary>
    public void Release() => _work.TrySetResult(null);

    /// <summary>What the slot does.</summary>
    internal async Task<RunOutcome> RunAsync(CancellationToken cancellationToken) =>
        await _work.Task is { } execute ? await execute(cancellationToken) : RunOutcome.NotHere;
}
