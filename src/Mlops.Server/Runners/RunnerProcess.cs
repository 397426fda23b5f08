using System.Diagnostics;
using System.IO.Pipes;
using Mlops.Blocks.Remote;
using Mlops.Core.Secrets;

namespace Mlops.Server.Runners;

/// <summary>One runner: its process, the connection to it, and what becomes of both. Whatever it holds is let go when the process has ended.</summary>
internal sealed class RunnerProcess : IDisposable
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LastWordsTimeout = TimeSpan.FromMilliseconds(300);

    private readonly Process _process;
    private readonly RunnerFolder _folder;
    private readonly RunnerOutput _output;
    private readonly MemoryWatch _memory;
    private readonly RunnerOptions _options;
    private readonly TimeProvider _time;
    private readonly TaskCompletionSource<RunnerDeath> _death = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private RunnerClient? _client;
    private string? _killReason;
    private volatile bool _hasExited;
    private volatile bool _isRetired;

    private RunnerProcess(RunnerOptions options, RunnerEnvironment environment, RunnerFolder folder, TimeProvider time, ILogger logger)
    {
        (_options, _folder, _time) = (options, folder, time);
        EnvironmentKey = environment.Key;
        _process = Process.Start(RunnerCommand.Create(options, environment, folder))!;
        ProcessId = _process.Id;
        _output = new RunnerOutput(_process.StandardError, Print);
        if (OperatingSystem.IsWindows())
        {
            // Elsewhere a runner prints everything to standard error.
            _ = new RunnerOutput(_process.StandardOutput, Print);
        }

        _memory = new MemoryWatch(ProcessId, options.MemoryBytes, Kill, time);
        Ended = EndAsync(logger);

        void Print(string line)
        {
            var masked = Mask.Apply(line);
            logger.RunnerPrinted(ProcessId, masked);
        }
    }

    public int ProcessId { get; }

    /// <summary>Of the environment that it was started with.</summary>
    public string EnvironmentKey { get; }

    public RunnerClient Client => _client ?? throw new InvalidOperationException("The runner is not connected yet.");

    /// <summary>Runs that it has had.</summary>
    public int Runs { get; private set; }

    /// <summary>Whether a first run finds everything compiled.</summary>
    public bool IsWarm { get; set; }

    /// <summary>Whether it is to be replaced before its next run, or as soon as there is a replacement.</summary>
    public bool IsWornOut { get; set; }

    /// <summary>The project whose own secrets it was given; null for none yet. Code of that project may have kept them, so it is for no other.</summary>
    public string? SecretsOf { get; set; }

    /// <summary>Takes the secrets that it was given last out of what it prints.</summary>
    public SecretMask Mask { get; set; } = SecretMask.None;

    /// <summary>Whether it must not have another run: its heap was exhausted, which code in it may not have survived in good order.</summary>
    public bool IsBroken { get; set; }

    /// <summary>How it ended, once it and all that it started have.</summary>
    public Task<RunnerDeath> Death => _death.Task;

    /// <summary>Ends when its folder is removed too.</summary>
    public Task Ended { get; }

    public bool IsAlive => !_hasExited;

    /// <summary>Starts one and waits until it answers.</summary>
    /// <exception cref="RunnerStartException">It could not be started, or ended at once.</exception>
    public static async Task<RunnerProcess> StartAsync(
        RunnerOptions options, RunnerEnvironment environment, TimeProvider time, ILogger logger, CancellationToken cancellationToken)
    {
        RunnerFolder? folder = null;
        RunnerProcess? runner = null;
        try
        {
            folder = RunnerFolder.Create(options.DataPath);
            var pipe = new NamedPipeServerStream(
                folder.PipeName, PipeDirection.InOut, 1, PipeTransmissionMode.Byte, PipeOptions.Asynchronous | PipeOptions.CurrentUserOnly);
            runner = new RunnerProcess(options, environment, folder, time, logger);
            folder.Note(runner.ProcessId);
            await runner.ConnectAsync(pipe, cancellationToken);
            logger.RunnerStarted(runner.ProcessId);
            return runner;
        }
        catch (Exception exception)
        {
            if (runner is null)
            {
                folder?.Delete();
            }
            else
            {
                // Whoever hears that the start failed finds nothing of it any more.
                runner.Kill("it could not be started");
                await runner.Ended;
            }

            throw exception is RunnerStartException or OperationCanceledException
                ? exception
                : new RunnerStartException($"No process can be started for users' code: {exception.Message}", exception);
        }
    }

    /// <summary>A run begins.</summary>
    public void BeginRun()
    {
        Runs++;
        _memory.Start();
    }

    /// <summary>A run ended.</summary>
    public void EndRun()
    {
        _memory.Stop();
        IsWarm = true;
        IsWornOut |= Runs >= _options.MaximumRuns || _memory.CurrentBytes > _options.RecycleBytes;
    }

    /// <summary>Ends it with all that it started, at once. The first reason counts.</summary>
    public void Kill(string reason)
    {
        if (_death.Task.IsCompleted)
        {
            return; // Its pid may be another process's by now.
        }

        Interlocked.CompareExchange(ref _killReason, reason, null);
        ProcessGroup.Kill(_process);
    }

    /// <summary>Ends it because it has served its time.</summary>
    public void Dispose()
    {
        _isRetired = true;
        Kill("it is not wanted any more");
    }

    private async Task ConnectAsync(NamedPipeServerStream pipe, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            var connected = pipe.WaitForConnectionAsync(stop.Token);
            var first = await Task.WhenAny(connected, Death, Task.Delay(ConnectTimeout, _time, stop.Token));
            if (first != connected)
            {
                cancellationToken.ThrowIfCancellationRequested();
                throw new RunnerStartException(first == Death
                    ? $"The process for users' code ended before it answered: {(await Death).Reason}. It said: {_output.Words}"
                    : $"The process for users' code did not answer within {ConnectTimeout.TotalSeconds:0} s.");
            }

            await connected;
            _client = new RunnerClient(pipe);
            await _client.SetUpAsync(new RunnerSetup(_options.DataPath, _options.Warehouse), cancellationToken);
        }
        catch
        {
            await pipe.DisposeAsync();
            throw;
        }
        finally
        {
            await stop.CancelAsync();
        }
    }

    /// <summary>Sees the process to its end, then to that of all it started, and then clears up.</summary>
    private async Task EndAsync(ILogger logger)
    {
        await _process.WaitForExitAsync();
        _hasExited = true;
        var exitCode = _process.ExitCode;
        ProcessGroup.KillGroup(ProcessId);
        RunnerOffspring.Kill(_folder.TemporaryPath);
        _memory.Dispose();

        // What left the group may hold the stream open for ever.
        await Task.WhenAny(_output.Ended, Task.Delay(LastWordsTimeout, _time));
        var death = new RunnerDeath(exitCode, _killReason, _memory.PeakBytes, _options.MemoryBytes, _output.Words);
        _death.SetResult(death);
        _client?.Dispose();
        logger.RunnerEnded(_isRetired ? LogLevel.Debug : _killReason is null ? LogLevel.Warning : LogLevel.Information, ProcessId, death.Reason);
        _folder.Delete();
        _process.Dispose();
    }
}
