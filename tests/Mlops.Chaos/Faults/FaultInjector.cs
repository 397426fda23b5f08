using System.Collections.Concurrent;
using Mlops.Chaos.Checks;
using Mlops.Chaos.Machine;

namespace Mlops.Chaos.Faults;

/// <summary>Makes the planned faults, and makes good for them: what was halted goes on and what was killed is started again.</summary>
internal sealed class FaultInjector(Cluster cluster, Recovery recovery)
{
    private readonly ConcurrentQueue<FaultKind> _made = [];
    private int _postgresIsBusy;
    private readonly List<Task> _faults = [];

    /// <summary>The faults that were made.</summary>
    public IReadOnlyList<FaultKind> Made => [.. _made];

    /// <summary>Faults that nothing was there for just then.</summary>
    public int SkippedCount { get; private set; }

    /// <summary>Makes each fault at its time; ends when the last is made good for.</summary>
    public async Task RunAsync(IReadOnlyList<PlannedFault> plan, CancellationToken cancellationToken)
    {
        var start = TimeProvider.System.GetTimestamp();
        try
        {
            foreach (var fault in plan)
            {
                var wait = fault.At - TimeProvider.System.GetElapsedTime(start);
                await Task.Delay(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, TimeProvider.System, cancellationToken);
                _faults.Add(MakeAsync(fault, cancellationToken));
            }
        }
        finally
        {
            await Task.WhenAll(_faults);
        }
    }

    private Task MakeAsync(PlannedFault fault, CancellationToken cancellationToken) => fault.Kind switch
    {
        FaultKind.KillRunner or FaultKind.HaltRunner => RunnerAsync(fault, cancellationToken),
        FaultKind.KillWorker or FaultKind.HaltWorker or FaultKind.RestartWorker => NodeAsync(fault, cluster.Workers, cancellationToken),
        FaultKind.KillServer or FaultKind.HaltServer or FaultKind.RestartServer => NodeAsync(fault, [cluster.Server], cancellationToken),
        _ => PostgresAsync(fault, cancellationToken),
    };

    private async Task RunnerAsync(PlannedFault fault, CancellationToken cancellationToken)
    {
        var runners = cluster.Nodes.Select(node => node.ProcessId).OfType<int>().SelectMany(ProcessTable.Runners).ToList();
        if (runners.Count == 0)
        {
            SkippedCount++;
            return;
        }

        // Those that have a block are worth more than idle ones.
        var processes = Ledger.Read(cluster.Folder.Ledger).Processes();
        var running = (await recovery.ListRunningAsync()).Where(processes.ContainsKey).ToLookup(attempt => processes[attempt]);
        var chosen = runners.Where(running.Contains).ToList() is { Count: > 0 } working ? working : runners;
        var runner = chosen[fault.Target % chosen.Count];
        _made.Enqueue(fault.Kind);
        if (fault.Kind == FaultKind.KillRunner)
        {
            Signals.Send(runner, Signals.Kill);
            recovery.Begin(fault.Kind, [.. running[runner]]);
            return;
        }

        Signals.Send(runner, Signals.Stop);
        await PauseAsync(fault.Duration, cancellationToken);

        // It may have been killed meanwhile, and its number may be another's: to whom this signal means nothing.
        Signals.Send(runner, Signals.Continue);
    }

    private async Task NodeAsync(PlannedFault fault, IReadOnlyList<Node> nodes, CancellationToken cancellationToken)
    {
        var free = nodes.Where(node => !node.IsBusy).ToList();
        if (free.Count == 0)
        {
            SkippedCount++;
            return;
        }

        var node = free[fault.Target % free.Count];
        node.IsBusy = true;
        _made.Enqueue(fault.Kind);
        if (fault.Kind is FaultKind.HaltServer or FaultKind.HaltWorker)
        {
            node.Signal(Signals.Stop);
            await PauseAsync(fault.Duration, cancellationToken);
            node.Signal(Signals.Continue);
        }
        else if (fault.Kind is FaultKind.RestartServer or FaultKind.RestartWorker)
        {
            await node.StopAsync();
            node.Start();
        }
        else if (node.ProcessId is { } processId)
        {
            await node.KillAsync();
            recovery.BeginOwnedBy(fault.Kind, processId);
            await PauseAsync(fault.Duration, cancellationToken);
            node.Start();
        }

        node.IsBusy = false;
    }

    private async Task PostgresAsync(PlannedFault fault, CancellationToken cancellationToken)
    {
        if (cluster.Postgres is not { } postgres || Interlocked.Exchange(ref _postgresIsBusy, 1) == 1)
        {
            SkippedCount++;
            return;
        }

        _made.Enqueue(fault.Kind);
        if (fault.Kind == FaultKind.HaltPostgres)
        {
            await postgres.PauseAsync();
            await PauseAsync(fault.Duration, cancellationToken);
            await postgres.ResumeAsync();
        }
        else
        {
            await (fault.Kind == FaultKind.CrashPostgres ? postgres.CrashAsync() : postgres.StopAsync());
            await PauseAsync(fault.Duration, cancellationToken);
            await postgres.StartAgainAsync();
            recovery.BeginAll(fault.Kind);
        }

        Volatile.Write(ref _postgresIsBusy, 0);
    }

    /// <summary>Waits; at the end of the trial whatever is halted or away comes back at once.</summary>
    private static async Task PauseAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(duration, TimeProvider.System, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // Whoever waits makes good for the fault now.
        }
    }
}
