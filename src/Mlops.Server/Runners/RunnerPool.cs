using System.Threading.Channels;

namespace Mlops.Server.Runners;

/// <summary>
/// The runners of this process: at most as many leases as <see cref="RunnerOptions.Count"/>, first come first served, and as many processes, or one more
/// while one is being replaced. Thread-safe.
/// </summary>
internal sealed class RunnerPool(RunnerOptions options, TimeProvider time, ILogger<RunnerPool> logger) : IAsyncDisposable, IDisposable
{
    private static readonly TimeSpan EndTimeout = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _slots = new(options.Count);
    private readonly Channel<bool> _changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource _closing = new();
    private readonly Lock _gate = new();

    /// <summary>Those that wait for a run; the last one was used last.</summary>
    private readonly List<RunnerProcess> _idle = [];
    private readonly HashSet<RunnerProcess> _leased = [];
    private readonly List<RunnerStart> _starting = [];
    private readonly HashSet<RunnerProcess> _ending = [];
    private bool _isClosed;

    /// <summary>Waits for the right to have a runner; to be given back by <see cref="ReleaseSlot"/>.</summary>
    public Task WaitForSlotAsync(CancellationToken cancellationToken) => _slots.WaitAsync(cancellationToken);

    public void ReleaseSlot() => _slots.Release();

    /// <summary>
    /// A living runner with this environment that has had no secrets of another project, for whoever has a slot; to be given back by <see cref="Return"/>.
    /// </summary>
    /// <exception cref="RunnerStartException">None could be started, twice.</exception>
    public async Task<RunnerProcess> TakeAsync(RunnerEnvironment environment, string projectUuid)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await TakeOrStart(environment, projectUuid);
            }
            catch (RunnerStartException) when (attempt == 1)
            {
                // Whatever it was (the kernel had no memory for a moment, say) may be over.
            }
        }
    }

    /// <summary>Takes a runner back after a run.</summary>
    public void Return(RunnerProcess runner)
    {
        runner.EndRun();
        lock (_gate)
        {
            _leased.Remove(runner);
            if (runner.IsBroken || (runner.IsWornOut && !options.WarmUp))
            {
                Retire(runner);
            }
            else if (runner.IsAlive)
            {
                _idle.Add(runner);
            }
        }

        _changes.Writer.TryWrite(true);
    }

    /// <summary>Any living runner, to ask it something; may be leased or retired meanwhile. Started where there is none.</summary>
    /// <exception cref="RunnerStartException">None could be started.</exception>
    public Task<RunnerProcess> FindAsync(RunnerEnvironment environment)
    {
        lock (_gate)
        {
            var living = Living(_idle).OrderBy(runner => runner.IsWarm).LastOrDefault() ?? Living(_leased).FirstOrDefault();
            return living is not null ? Task.FromResult(living) : (_starting.Count > 0 ? _starting[0] : Start(environment, isClaimed: false)).Runner;
        }
    }

    /// <summary>Starts a runner ahead of need; null where there are enough that are not worn out.</summary>
    /// <exception cref="RunnerStartException">It could not be started.</exception>
    public Task<RunnerProcess>? StartSpare(RunnerEnvironment environment)
    {
        lock (_gate)
        {
            var fresh = _idle.Count(runner => !runner.IsWornOut) + _leased.Count + _starting.Count;
            return fresh < options.Count && !_isClosed ? Start(environment, isClaimed: false).Runner : null;
        }
    }

    /// <summary>Ends worn-out runners that are idle, as far as there are others in their place.</summary>
    public void RetireWornOut()
    {
        lock (_gate)
        {
            while (Count > options.Count && _idle.Find(runner => runner.IsWornOut) is { } worn)
            {
                Retire(worn);
            }
        }
    }

    /// <summary>Waits until a runner came back or ended since the last call.</summary>
    public ValueTask<bool> WaitForChangeAsync(CancellationToken cancellationToken) => _changes.Reader.ReadAsync(cancellationToken);

    /// <summary>Ends every runner.</summary>
    public async ValueTask DisposeAsync()
    {
        var ended = Task.WhenAll(Close());
        await Task.WhenAny(ended, Task.Delay(EndTimeout, time));
        Dispose();
    }

    /// <summary>Ends every runner; what they leave is cleared up in the background.</summary>
    public void Dispose()
    {
        Close();
        _closing.Dispose();
    }

    private int Count => _idle.Count + _leased.Count + _starting.Count;

    private static IEnumerable<RunnerProcess> Living(IEnumerable<RunnerProcess> runners) => runners.Where(runner => runner.IsAlive);

    private Task<RunnerProcess> TakeOrStart(RunnerEnvironment environment, string projectUuid)
    {
        lock (_gate)
        {
            var fitting = Living(_idle).Where(runner => runner.EnvironmentKey == environment.Key && (runner.SecretsOf is null || runner.SecretsOf == projectUuid));
            if (fitting.OrderBy(runner => runner.IsWarm).ThenBy(runner => !runner.IsWornOut).ThenBy(runner => runner.SecretsOf is not null).LastOrDefault() is { } idle)
            {
                _idle.Remove(idle);
                _leased.Add(idle);
                return Task.FromResult(idle);
            }

            if (_starting.Find(start => !start.IsClaimed && start.EnvironmentKey == environment.Key) is { } starting)
            {
                starting.IsClaimed = true;
                return starting.Runner;
            }

            if (Count >= options.Count && _idle.Count > 0)
            {
                Retire(_idle[0]); // One of other grants, or with secrets of another project, has to make room.
            }

            return Start(environment, isClaimed: true).Runner;
        }
    }

    /// <summary>The caller holds the lock, or has it to itself.</summary>
    private RunnerStart Start(RunnerEnvironment environment, bool isClaimed)
    {
        if (_isClosed)
        {
            throw new RunnerStartException("The server is stopping.");
        }

        var runner = new TaskCompletionSource<RunnerProcess>(TaskCreationOptions.RunContinuationsAsynchronously);
        var start = new RunnerStart(environment.Key, runner.Task) { IsClaimed = isClaimed };
        _starting.Add(start);
        _ = Task.Run(() => StartAsync(start, environment, runner), CancellationToken.None);
        return start;
    }

    private async Task StartAsync(RunnerStart start, RunnerEnvironment environment, TaskCompletionSource<RunnerProcess> started)
    {
        try
        {
            var runner = await RunnerProcess.StartAsync(options, environment, time, logger, _closing.Token);
            lock (_gate)
            {
                _starting.Remove(start);
                _ending.Add(runner);
                if (_isClosed)
                {
                    runner.Dispose();
                }
                else if (start.IsClaimed)
                {
                    _leased.Add(runner);
                }
                else
                {
                    _idle.Add(runner);
                }
            }

            started.SetResult(runner);
            await WatchAsync(runner);
        }
        catch (Exception exception) when (exception is RunnerStartException or OperationCanceledException)
        {
            lock (_gate)
            {
                _starting.Remove(start);
            }

            started.SetException(exception is RunnerStartException ? exception : new RunnerStartException("The server is stopping.", exception));
            _ = started.Task.Exception; // There may be nobody who waits for it.
        }
    }

    /// <summary>Forgets a runner when it has ended, whoever has it.</summary>
    private async Task WatchAsync(RunnerProcess runner)
    {
        await runner.Death;
        lock (_gate)
        {
            _idle.Remove(runner);
            _leased.Remove(runner);
        }

        _changes.Writer.TryWrite(true);
        await runner.Ended;
        lock (_gate)
        {
            _ending.Remove(runner);
        }
    }

    /// <summary>The caller holds the lock.</summary>
    private void Retire(RunnerProcess runner)
    {
        _idle.Remove(runner);
        runner.Dispose();
    }

    private List<Task> Close()
    {
        lock (_gate)
        {
            if (!_isClosed)
            {
                _isClosed = true;
                _closing.Cancel();
            }

            foreach (var runner in _ending)
            {
                runner.Dispose();
            }

            return [.. _ending.Select(runner => runner.Ended), .. _starting.Select(EndAsync)];
        }
    }

    /// <summary>Waits until nothing is left of a runner that was being started when the pool was closed.</summary>
    private static async Task EndAsync(RunnerStart start)
    {
        try
        {
            await (await start.Runner).Ended;
        }
        catch (RunnerStartException)
        {
            // It was not to start any more; its process and folder are gone.
        }
    }

    /// <summary>A runner that is being started.</summary>
    private sealed class RunnerStart(string environmentKey, Task<RunnerProcess> runner)
    {
        public string EnvironmentKey { get; } = environmentKey;

        public Task<RunnerProcess> Runner { get; } = runner;

        /// <summary>Whether somebody waits for it; else it becomes idle.</summary>
        public bool IsClaimed { get; set; }
    }
}
