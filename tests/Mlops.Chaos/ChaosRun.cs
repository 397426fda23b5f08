using Mlops.Chaos.Checks;
using Mlops.Chaos.Faults;
using Mlops.Chaos.Load;
using Mlops.Chaos.Machine;

namespace Mlops.Chaos;

/// <summary>One trial, from the first process to the verdict.</summary>
internal sealed class ChaosRun : IAsyncDisposable
{
    /// <summary>How long all accepted runs may take to become final once there are no more faults.</summary>
    private static readonly TimeSpan QuietPatience = TimeSpan.FromSeconds(120);

    /// <summary>How long what a stopped server started may take to end.</summary>
    private static readonly TimeSpan OrphanPatience = TimeSpan.FromSeconds(5);

    private readonly ChaosOptions _options;
    private readonly Cluster _cluster;
    private readonly Recovery _recovery;
    private readonly FaultInjector _injector;
    private readonly RunWatch _watch;
    private readonly RunSource _source;

    private ChaosRun(ChaosOptions options, Cluster cluster)
    {
        (_options, _cluster) = (options, cluster);
        _recovery = new Recovery(cluster.Database);
        _injector = new FaultInjector(cluster, _recovery);
        _watch = new RunWatch(cluster.Address, cluster.Violations);
        _source = new RunSource(cluster.Address, _watch, cluster.Violations);
    }

    /// <returns>Whether all is as it should be.</returns>
    /// <exception cref="OperationCanceledException">It was interrupted; every process is gone.</exception>
    public static async Task<bool> RunAsync(ChaosOptions options, CancellationToken cancellationToken)
    {
        var cluster = await Cluster.StartAsync(options, cancellationToken);
        await using var run = new ChaosRun(options, cluster);
        Console.WriteLine($"Chaos on {options.Database} for {options.Duration.TotalMinutes:0.#} min, seed {options.Seed}, in {cluster.Folder.Path}");
        await run.TryOutAsync(cancellationToken);
        return await run.JudgeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        _source.Dispose();
        _watch.Dispose();
        if (_cluster.Violations.All.Count == 0)
        {
            _cluster.Folder.Delete();
        }
    }

    private async Task TryOutAsync(CancellationToken cancellationToken)
    {
        using var time = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var quiet = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task[] lookers = [_watch.RunAsync(quiet.Token), _recovery.RunAsync(quiet.Token)];
        _cluster.Folder.StartFaults(_options.WriteFaults);
        var pouring = _source.RunAsync(LoadPlan.Create(_options), time.Token);
        var breaking = _injector.RunAsync(FaultPlan.Create(_options), time.Token);
        await TellProgressAsync(time, cancellationToken);
        await IgnoreEndOfTimeAsync(breaking);
        _cluster.Folder.EndFaults();
        await pouring;
        cancellationToken.ThrowIfCancellationRequested();
        await WaitUntilQuietAsync(cancellationToken);
        await quiet.CancelAsync();
        await Task.WhenAll(lookers);
    }

    /// <summary>Says every ten seconds how it goes; ends the time when it is over.</summary>
    private async Task TellProgressAsync(CancellationTokenSource time, CancellationToken cancellationToken)
    {
        time.CancelAfter(_options.Duration);
        var start = TimeProvider.System.GetTimestamp();
        while (!time.IsCancellationRequested)
        {
            await IgnoreEndOfTimeAsync(Task.Delay(TimeSpan.FromSeconds(10), TimeProvider.System, time.Token));
            Console.WriteLine(
                $"{TimeProvider.System.GetElapsedTime(start).TotalSeconds,5:0} s: {_source.Accepted.Count} runs accepted, {_watch.Runs.Count} seen final, "
                + $"{_injector.Made.Count} faults, {_cluster.Folder.ReadInjected().Values.Sum()} writes failed, {_cluster.Violations.All.Count} violations");
        }

        cancellationToken.ThrowIfCancellationRequested();
    }

    private async Task WaitUntilQuietAsync(CancellationToken cancellationToken)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(start) < QuietPatience)
        {
            var open = await _cluster.Database.TryQueryAsync<long>("select count(*) from pipeline_run where status in ('initial', 'running')");
            if (open is [0])
            {
                break;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, cancellationToken);
        }

        Console.WriteLine($"Quiet after {TimeProvider.System.GetElapsedTime(start).TotalSeconds:0.0} s");
    }

    private async Task<bool> JudgeAsync()
    {
        var rows = await FinalRows.ReadAsync(_cluster.Database);
        await _cluster.StopAsync();
        await FindLeftoversAsync();
        var ledger = Ledger.Read(_cluster.Folder.Ledger);
        new Checker(rows, ledger, _source, _watch, _cluster.Violations).Check();
        new Report(_cluster, rows, _source, _injector, _recovery).Print();
        new Evidence(_cluster, rows, ledger).Print();
        return _cluster.Violations.All.Count == 0;
    }

    private async Task FindLeftoversAsync()
    {
        IReadOnlyList<(int Id, string Command)> left = [];
        var start = TimeProvider.System.GetTimestamp();
        do
        {
            left = ProcessTable.WithEnvironment($"CHAOS_MARK={_cluster.Folder.Mark}");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }
        while (left.Count > 0 && TimeProvider.System.GetElapsedTime(start) < OrphanPatience);

        foreach (var (id, command) in left)
        {
            _cluster.Violations.Add(ViolationKind.Orphan, $"Process {id} still runs: {command}");
            Signals.Send(id, Signals.Kill);
        }

        foreach (var folder in _cluster.Nodes.Select(node => Path.Combine(node.DataPath, "runners")).Where(Directory.Exists).SelectMany(Directory.GetDirectories))
        {
            _cluster.Violations.Add(ViolationKind.Leftover, $"The folder of a runner is left: {folder}");
        }
    }

    private static async Task IgnoreEndOfTimeAsync(Task task)
    {
        try
        {
            await task;
        }
        catch (OperationCanceledException)
        {
            // The time is over, which is how it ends.
        }
    }
}
