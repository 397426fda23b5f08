namespace Mlops.Core.Runs;

/// <summary>
/// The blocks of a run whose code is running: their tokens, their timeouts, and the time that they get to stop. For one thread; timers only signal.
/// </summary>
internal sealed class RunningBlocks(BlockLauncher launcher, RunSignals signals, TimeSpan grace, TimeProvider timeProvider) : IDisposable
{
    private readonly Dictionary<string, RunningBlock> _blocks = new(StringComparer.Ordinal);
    private ITimer? _graceTimer;

    /// <summary>Starts the block's code; its end, and its timeout, come as signals.</summary>
    public void Launch(BlockRun block, RunProgress progress)
    {
        var running = new RunningBlock(block.Attempt, block.IsCallback);
        _blocks[block.BlockUuid] = running;
        launcher.Launch(block, progress, signals, running.Stop.Token);
        running.Timer = block.Terms.Timeout is { } timeout ? After(timeout, () => signals.EndTime(block)) : null;
    }

    /// <summary>The block, if that attempt of it is running.</summary>
    public RunningBlock? Find(string blockUuid, int attempt) => _blocks.GetValueOrDefault(blockUuid) is { } block && block.Attempt == attempt ? block : null;

    /// <summary>The attempt is over, or left behind.</summary>
    public void Remove(string blockUuid)
    {
        if (_blocks.Remove(blockUuid, out var block))
        {
            block.Dispose();
        }
    }

    /// <summary>Asks one block to stop; a signal tells when it had time enough.</summary>
    public void Stop(BlockRun block)
    {
        if (Find(block.BlockUuid, block.Attempt) is { } running)
        {
            running.Timer?.Dispose();
            running.Timer = After(grace, () => signals.EndGrace(block));
            running.Stop.Cancel();
        }
    }

    /// <summary>Asks all blocks to stop; a signal tells when they had time enough.</summary>
    /// <param name="callbacksToo">Whether callbacks are asked too; else they go on, as long as their timeout lets them.</param>
    public void StopAll(bool callbacksToo)
    {
        _graceTimer ??= After(grace, signals.EndGrace);
        foreach (var block in _blocks.Values.Where(block => callbacksToo || !block.IsCallback))
        {
            block.Stop.Cancel();
        }
    }

    /// <summary>Ends their code where the host can. Those that are running now are marked as ended by it.</summary>
    public async Task AbortAsync(string reason)
    {
        foreach (var block in _blocks.Values)
        {
            block.WasAborted = true;
        }

        await launcher.AbortAsync(reason);
    }

    /// <summary>Asks what still runs to stop.</summary>
    public void Dispose()
    {
        _graceTimer?.Dispose();
        foreach (var block in _blocks.Values)
        {
            block.Stop.Cancel();
            block.Dispose();
        }
    }

    private ITimer After(TimeSpan time, Action signal) => timeProvider.CreateTimer(_ => signal(), null, Min(time, MaxTimer), Timeout.InfiniteTimeSpan);

    /// <summary>Timers of .NET reach 49 days; nobody waits longer for a block.</summary>
    private static readonly TimeSpan MaxTimer = TimeSpan.FromDays(49);

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
}

/// <summary>A block whose code is running.</summary>
/// <param name="attempt">Which attempt of it.</param>
/// <param name="isCallback">Whether it is a callback.</param>
internal sealed class RunningBlock(int attempt, bool isCallback) : IDisposable
{
    public int Attempt => attempt;

    public bool IsCallback => isCallback;

    /// <summary>Asks it to stop.</summary>
    public CancellationTokenSource Stop { get; } = new();

    /// <summary>Ends its time, or its time to stop.</summary>
    public ITimer? Timer { get; set; }

    /// <summary>Whether it took too long.</summary>
    public bool TimedOut { get; set; }

    /// <summary>Whether its code was ended from outside for the fault of another block.</summary>
    public bool WasAborted { get; set; }

    /// <summary>The token stays usable: code that is left behind may still look at it.</summary>
    public void Dispose() => Timer?.Dispose();
}
