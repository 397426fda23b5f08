using System.Text.Json;
using Mlops.Core.Pipelines;
using Mlops.Core.Runs;
using Mlops.Core.Runs.Calls;
using StreamJsonRpc;

namespace Mlops.Blocks.Remote;

/// <summary>
/// The server's end of the connection to a runner. Every call throws <see cref="RunnerLostException"/> where the runner ends before it answers.
/// A runner has one session at a time. Thread-safe.
/// </summary>
public sealed class RunnerClient : IDisposable
{
    private static readonly TimeSpan LastLinesTimeout = TimeSpan.FromMilliseconds(300);
    private static readonly Dictionary<string, JsonElement> NoVariables = [];

    private readonly JsonRpc _rpc;
    private readonly LogDelivery _log = new();
    private readonly Lock _gate = new();
    private IReadOnlyDictionary<string, JsonElement> _variables = NoVariables;
    private Task _variablesSent = Task.CompletedTask;
    private int _variablesId;
    private PipelineCalls? _calls;
    private long _lastCall;
    private volatile bool _isLost;

    /// <summary>Takes over a stream that is connected to a runner.</summary>
    public RunnerClient(Stream stream)
    {
        _rpc = RunnerRpc.Create(stream);
        _rpc.AddLocalRpcMethod(RunnerRpc.Log, (IReadOnlyList<LogMessage> lines) => _log.DeliverAsync(lines));
        _rpc.AddLocalRpcMethod(RunnerRpc.Call, CallPipelineAsync);
        _rpc.Disconnected += (_, _) => _isLost = true;
        _rpc.StartListening();
    }

    /// <summary>Tells the runner what it needs to know; to be called first.</summary>
    public Task SetUpAsync(RunnerSetup setup, CancellationToken cancellationToken) => CallAsync<object?>(RunnerRpc.SetUp, setup, cancellationToken);

    /// <summary>Runs small blocks through everything, so that the first real one does not wait for it to be compiled.</summary>
    public Task WarmUpAsync(CancellationToken cancellationToken) => CallAsync<object?>(RunnerRpc.WarmUp, null, cancellationToken);

    /// <summary>Compiles and loads blocks; the runner stops doing so when a session is opened.</summary>
    public Task PreloadAsync(IReadOnlyList<PreloadBlock> blocks, CancellationToken cancellationToken) => CallAsync<object?>(RunnerRpc.Preload, blocks, cancellationToken);

    /// <summary>Begins a session; does not wait for an answer, since the calls that follow arrive after it.</summary>
    public Task OpenAsync(BlockSessionOptions options)
    {
        lock (_gate)
        {
            (_variables, _variablesId, _variablesSent, _calls) = (NoVariables, 0, Task.CompletedTask, options.Calls);
        }

        return NotifyAsync(RunnerRpc.Open, options);
    }

    /// <summary>Ends the session, in which no block may run any more.</summary>
    public Task CloseAsync()
    {
        lock (_gate)
        {
            _calls = null;
        }

        return NotifyAsync(RunnerRpc.Close);
    }

    /// <summary>Runs a block of the session; <paramref name="log"/> has had all lines of it when this returns.</summary>
    /// <exception cref="OperationCanceledException">The block was stopped by <paramref name="cancellationToken"/>.</exception>
    public async Task<BlockResult> RunAsync(BlockWork work, Action<BlockLogLine> log, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(work);
        var variables = await SendVariablesAsync(work.Variables);
        var call = Interlocked.Increment(ref _lastCall);
        _log.Add(call, log);
        try
        {
            return await CallAsync<BlockResult>(RunnerRpc.Run, new RunMessage(call, variables, work with { Variables = NoVariables }), cancellationToken);
        }
        catch (RunnerLostException)
        {
            // What it had sent before it died is the block's log all the same; that must not hold up the news for long.
            await Task.WhenAny(_log.DeliverAsync([]), Task.Delay(LastLinesTimeout, TimeProvider.System, CancellationToken.None));
            throw;
        }
        finally
        {
            _log.Remove(call);
        }
    }

    /// <summary>Reads what can be known of a block without running it.</summary>
    public Task<BlockDescription> DescribeAsync(string projectPath, Block block, CancellationToken cancellationToken) =>
        CallAsync<BlockDescription>(RunnerRpc.Describe, DescribeMessage.From(projectPath, block), cancellationToken);

    /// <summary>Ends the connection, upon which the runner ends itself.</summary>
    public void Dispose()
    {
        _isLost = true;
        _rpc.Dispose();
        _log.Dispose();
    }

    /// <summary>All blocks of a run have the same variables, which may be large: they are sent once.</summary>
    private async ValueTask<int> SendVariablesAsync(IReadOnlyDictionary<string, JsonElement> variables)
    {
        if (variables.Count == 0)
        {
            return 0;
        }

        int id;
        Task sent;
        lock (_gate)
        {
            if (!ReferenceEquals(variables, _variables))
            {
                _variables = variables;
                _variablesSent = NotifyAsync(RunnerRpc.Variables, new VariablesMessage(++_variablesId, variables));
            }

            (id, sent) = (_variablesId, _variablesSent);
        }

        await sent;
        return id;
    }

    /// <summary>A block of the session wants a pipeline to be run. Not on the thread that reads messages, which are to be read meanwhile.</summary>
    private Task<PipelineCallAnswer> CallPipelineAsync(PipelineCallMessage message, CancellationToken cancellationToken)
    {
        PipelineCalls? calls;
        lock (_gate)
        {
            calls = _calls;
        }

        return calls is null
            ? Task.FromResult(new PipelineCallAnswer(0, "", message.PipelineUuid, "", "the run is over."))
            : Task.Run(() => calls(message, cancellationToken), cancellationToken);
    }

    private async Task<T> CallAsync<T>(string method, object? argument, CancellationToken cancellationToken)
    {
        try
        {
            return await _rpc.InvokeWithCancellationAsync<T>(method, argument is null ? [] : [argument], cancellationToken);
        }
        catch (Exception exception) when (IsLoss(exception))
        {
            throw new RunnerLostException(exception);
        }
    }

    private async Task NotifyAsync(string method, params object?[] arguments)
    {
        try
        {
            await _rpc.NotifyAsync(method, arguments);
        }
        catch (Exception exception) when (IsLoss(exception))
        {
            throw new RunnerLostException(exception);
        }
    }

    /// <summary>A call that is cancelled when the runner dies counts as lost: the block did not stop by itself.</summary>
    private bool IsLoss(Exception exception) =>
        exception is ConnectionLostException or ObjectDisposedException or IOException || (exception is OperationCanceledException && _isLost);
}
