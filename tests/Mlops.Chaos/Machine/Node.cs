using System.Diagnostics;
using System.Globalization;
using Mlops.Chaos.Faults;

namespace Mlops.Chaos.Machine;

/// <summary>A server or worker: the process that is it now, and those that were and will be. Thread-safe.</summary>
internal sealed class Node : IAsyncDisposable
{
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(60);

    /// <summary>Starts after which one that ends by itself is not started again: it would only do so for ever.</summary>
    private const int StartLimit = 100;

    private readonly TrialFolder _folder;
    private readonly int _seed;
    private readonly IReadOnlyList<string> _arguments;
    private readonly IReadOnlyDictionary<string, string> _environment;
    private readonly Violations _violations;
    private readonly Lock _gate = new();
    private Process? _process;
    private int _starts;
    private bool _isWanted;

    /// <param name="name">Unique in the trial, such as <c>worker-1</c>.</param>
    /// <param name="arguments">The command line of the program.</param>
    /// <param name="environment">Its settings.</param>
    /// <param name="folder">The trial's folder.</param>
    /// <param name="seed">Decides which of its writes fail.</param>
    /// <param name="violations">Takes what must not happen to the process.</param>
    public Node(
        string name, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment, TrialFolder folder, int seed, Violations violations) =>
        (Name, _arguments, _environment, _folder, _seed, _violations) = (name, arguments, environment, folder, seed, violations);

    public string Name { get; }

    /// <summary>Where it keeps its own things.</summary>
    public string DataPath => _folder.DataOf(Name);

    /// <summary>Number of the process; null while there is none.</summary>
    public int? ProcessId
    {
        get
        {
            lock (_gate)
            {
                return _process?.Id;
            }
        }
    }

    /// <summary>Whether a fault is being made of it; set by whoever makes it.</summary>
    public bool IsBusy { get; set; }

    public void Start()
    {
        lock (_gate)
        {
            var process = new Process { StartInfo = StartInfo(++_starts), EnableRaisingEvents = true };
            process.Exited += (_, _) => Ended(process);
            _isWanted = true;
            _process = process;
            process.Start();
        }
    }

    /// <summary>Kills it and waits until it is gone.</summary>
    public async Task KillAsync()
    {
        if (Release() is { } process)
        {
            Signals.Send(process.Id, Signals.Kill);
            await process.WaitForExitAsync();
            process.Dispose();
        }
    }

    /// <summary>Sends a signal that does not end it.</summary>
    public void Signal(int signal)
    {
        if (ProcessId is { } id)
        {
            Signals.Send(id, signal);
        }
    }

    /// <summary>Asks it to stop, as an administrator does, and waits until it has.</summary>
    public async Task StopAsync()
    {
        if (Release() is not { } process)
        {
            return;
        }

        Signals.Send(process.Id, Signals.Terminate);
        try
        {
            await process.WaitForExitAsync().WaitAsync(StopPatience, TimeProvider.System);
            if (process.ExitCode != 0)
            {
                _violations.Add(ViolationKind.Process, $"{Name} was asked to stop and ended with code {process.ExitCode}.");
            }
        }
        catch (TimeoutException)
        {
            _violations.Add(ViolationKind.Process, $"{Name} was asked to stop and did not within {StopPatience.TotalSeconds:0} s.");
            Signals.Send(process.Id, Signals.Kill);
        }

        process.Dispose();
    }

    public async ValueTask DisposeAsync() => await KillAsync();

    private Process? Release()
    {
        lock (_gate)
        {
            _isWanted = false;
            return Interlocked.Exchange(ref _process, null);
        }
    }

    private void Ended(Process process)
    {
        lock (_gate)
        {
            if (!_isWanted || process != _process)
            {
                return;
            }
        }

        _violations.Add(ViolationKind.Process, $"{Name} (process {process.Id}) ended by itself with code {process.ExitCode}.");
        if (_starts < StartLimit)
        {
            Start();
        }
    }

    /// <summary>By a shell that becomes the program, so that its output goes to a file that outlives whoever reads it.</summary>
    private ProcessStartInfo StartInfo(int start)
    {
        string[] shell = ["-c", "exec \"$0\" \"$@\" >>\"$CHAOS_LOG\" 2>&1", "dotnet", _folder.Program];
        var info = new ProcessStartInfo("/bin/sh", [.. shell, .. _arguments])
        {
            RedirectStandardInput = true,
            WorkingDirectory = _folder.Path,
        };
        foreach (var name in info.Environment.Keys.Where(name => name.StartsWith("MLOPS_", StringComparison.OrdinalIgnoreCase)).ToList())
        {
            info.Environment.Remove(name);
        }

        foreach (var (name, value) in _environment)
        {
            info.Environment[name] = value;
        }

        info.Environment["CHAOS_LOG"] = _folder.LogOf(Name);
        info.Environment["DOTNET_STARTUP_HOOKS"] = typeof(Node).Assembly.Location;
        info.Environment[FaultDice.FolderVariable] = _folder.Path;
        info.Environment[FaultDice.SeedVariable] = unchecked((_seed * 1000) + start).ToString(CultureInfo.InvariantCulture);
        return info;
    }
}
