using Mlops.Blocks.Remote;
using Mlops.Core.Runs;

namespace Mlops.Server.Runners;

/// <summary>
/// The runner that one pipeline run has. Where it dies, the blocks that ran in it fail with the reason, and the next block is run in a new one: what
/// the blocks upstream made is then read from its files.
/// </summary>
internal sealed class RunnerBlockSession(RunnerPool pool, BlockSessionOptions options, RunnerEnvironment environment, TimeProvider time) : IBlockSession
{
    /// <summary>How long a process whose connection ended may take to end too.</summary>
    private static readonly TimeSpan EndTimeout = TimeSpan.FromMilliseconds(300);

    private const int LeaseAttempts = 3;
    private static readonly string OutOfMemory = typeof(OutOfMemoryException).FullName!;

    private readonly Lock _gate = new();
    private Task<RunnerProcess>? _runner;
    private int _running;
    private bool _isClosed;

    /// <summary>Leases the first runner.</summary>
    /// <exception cref="RunnerStartException">None could be started.</exception>
    public Task StartAsync(CancellationToken cancellationToken) => GetRunnerAsync(cancellationToken);

    public async Task<BlockResult> RunAsync(BlockWork work, Action<BlockLogLine> log, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var runner = await GetRunnerAsync(cancellationToken);
        Interlocked.Increment(ref _running);
        try
        {
            var result = await runner.Client.RunAsync(work, log, cancellationToken);
            runner.IsBroken |= result.Error?.Type == OutOfMemory;
            return result;
        }
        catch (RunnerLostException)
        {
            var death = await WaitForDeathAsync(runner);
            return new BlockResult(death.ToError(), [], []) { RunnerDied = true };
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }

    public async Task AbortAsync(string reason)
    {
        Task<RunnerProcess>? current;
        lock (_gate)
        {
            current = _runner;
        }

        if (current is { IsCompletedSuccessfully: true })
        {
            var runner = await current;
            runner.Kill(reason);
            await runner.Death;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Task<RunnerProcess>? current;
        lock (_gate)
        {
            if (_isClosed)
            {
                return;
            }

            _isClosed = true;
            current = _runner;
        }

        try
        {
            if (current is not null)
            {
                await GiveBackAsync(await current);
            }
        }
        catch (RunnerStartException)
        {
            // There is none to give back; whoever wanted it was told.
        }
        finally
        {
            pool.ReleaseSlot();
        }
    }

    private async Task GiveBackAsync(RunnerProcess runner)
    {
        try
        {
            if (Volatile.Read(ref _running) == 0)
            {
                await runner.Client.CloseAsync();
            }
            else
            {
                // The run is over, but not for this code, which must not be there during the next one.
                runner.Kill("its run ended while blocks were still running");
                await runner.Death;
            }
        }
        catch (RunnerLostException)
        {
            await WaitForDeathAsync(runner);
        }

        pool.Return(runner);
    }

    /// <summary>The runner of this session; a new one where there is none or it died.</summary>
    private Task<RunnerProcess> GetRunnerAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            if (_runner is null || _runner.IsFaulted || (_runner.IsCompletedSuccessfully && !_runner.Result.IsAlive))
            {
                // Not by the caller's token: other blocks may wait for the same one.
                _runner = LeaseAsync();
            }

            return _runner.WaitAsync(cancellationToken);
        }
    }

    private async Task<RunnerProcess> LeaseAsync()
    {
        for (var attempt = 1; ; attempt++)
        {
            var runner = await pool.TakeAsync(environment, options.ProjectUuid);
            runner.SecretsOf = options.Secrets.HasOwn ? options.ProjectUuid : runner.SecretsOf;
            runner.Mask = options.Secrets.Mask;
            runner.BeginRun();
            try
            {
                await runner.Client.OpenAsync(options);
                return runner;
            }
            catch (RunnerLostException) when (attempt < LeaseAttempts)
            {
                // It died while it was idle.
                await WaitForDeathAsync(runner);
                pool.Return(runner);
            }
        }
    }

    private async Task<RunnerDeath> WaitForDeathAsync(RunnerProcess runner)
    {
        await Task.WhenAny(runner.Death, Task.Delay(EndTimeout, time));
        if (!runner.Death.IsCompleted)
        {
            runner.Kill("its connection to the server ended");
        }

        return await runner.Death;
    }
}
