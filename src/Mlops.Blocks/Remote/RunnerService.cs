using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Mlops.Blocks.CSharp;
using Mlops.Core.Runs;
using Mlops.Core.Runs.Calls;
using StreamJsonRpc;

namespace Mlops.Blocks.Remote;

/// <summary>The runner's end of the connection: what the server asks is done by the same host that <c>mlops run</c> uses.</summary>
internal sealed class RunnerService
{
    private const string NotGranted = " for runners. Set it where the server is started and grant it to runners by MLOPS_RUNNER_ENV";

    private readonly ConcurrentDictionary<int, IReadOnlyDictionary<string, JsonElement>> _variables = new();
    private readonly RunnerExit _exit = new();
    private readonly JsonRpc _rpc;
    private readonly RemoteLog _log;
    private readonly Func<IServiceCollection, IServiceProvider> _build;
    private IServiceProvider? _services;
    private IBlockSession? _session;
    private BlockPreload? _preload;

    private RunnerService(JsonRpc rpc, Func<IServiceCollection, IServiceProvider> build)
    {
        _rpc = rpc;
        _build = build;
        _log = new RemoteLog(lines => rpc.InvokeWithCancellationAsync(RunnerRpc.Log, [lines]));
        rpc.AddLocalRpcMethod(RunnerRpc.SetUp, SetUp);
        rpc.AddLocalRpcMethod(RunnerRpc.WarmUp, WarmUpAsync);
        rpc.AddLocalRpcMethod(RunnerRpc.Preload, PreloadAsync);
        rpc.AddLocalRpcMethod(RunnerRpc.Open, OpenAsync);
        rpc.AddLocalRpcMethod(RunnerRpc.Variables, (VariablesMessage message) => _variables[message.Id] = message.Values);
        rpc.AddLocalRpcMethod(RunnerRpc.Run, RunAsync);
        rpc.AddLocalRpcMethod(RunnerRpc.Close, CloseAsync);
        rpc.AddLocalRpcMethod(RunnerRpc.Describe, DescribeAsync);
    }

    private IServiceProvider Services => _services ?? throw new InvalidOperationException("The runner was not set up.");

    /// <summary>Answers on <paramref name="stream"/> until the server ends the connection.</summary>
    public static async Task ServeAsync(Stream stream, Func<IServiceCollection, IServiceProvider> build)
    {
        using var rpc = RunnerRpc.Create(stream);
        _ = new RunnerService(rpc, build);
        rpc.StartListening();
        await rpc.Completion;
    }

    private void SetUp(RunnerSetup setup) => _services = _build(new ServiceCollection()
        .AddSingleton(typeof(ILogger<>), typeof(ErrorStreamLogger<>))
        .AddMlopsBlocks(new MlopsBlocksOptions { DataPath = setup.DataPath, Warehouse = setup.Warehouse, MissingVariableHint = NotGranted }));

    private Task WarmUpAsync(CancellationToken cancellationToken) =>
        Task.Run(() => Services.GetRequiredService<CSharpWarmUp>().RunAsync(cancellationToken), CancellationToken.None);

    private Task PreloadAsync(IReadOnlyList<PreloadBlock> blocks)
    {
        if (_session is not null)
        {
            return Task.CompletedTask;
        }

        _preload = new BlockPreload(Services.GetRequiredService<LoadedBlocks>());
        return _preload.RunAsync(blocks);
    }

    private async Task OpenAsync(BlockSessionOptions options)
    {
        _preload?.Stop();
        _variables.Clear();
        // In process nothing is waited for: the session is there before the next message is read.
        _session = await Services.GetRequiredService<InProcessBlockHost>().OpenAsync(options with { Calls = CallAsync }, CancellationToken.None);
    }

    private Task<PipelineCallAnswer> CallAsync(PipelineCallMessage message, CancellationToken cancellationToken) =>
        _rpc.InvokeWithCancellationAsync<PipelineCallAnswer>(RunnerRpc.Call, [message], cancellationToken);

    private async Task<BlockResult> RunAsync(RunMessage message, CancellationToken cancellationToken)
    {
        var session = _session ?? throw new InvalidOperationException("No session was opened.");
        var work = message.VariablesId == 0 ? message.Work : message.Work with { Variables = _variables[message.VariablesId] };
        _exit.Enter(message.Call, work.BlockUuid);
        try
        {
            return await session.RunAsync(work, line => _log.Append(message.Call, line), cancellationToken);
        }
        finally
        {
            _exit.Leave(message.Call);
            await _log.FlushAsync(message.Call);
        }
    }

    private async Task CloseAsync()
    {
        if (Interlocked.Exchange(ref _session, null) is { } session)
        {
            await session.DisposeAsync();
        }
    }

    private Task<BlockDescription> DescribeAsync(DescribeMessage message, CancellationToken cancellationToken) =>
        Task.Run(() => Services.GetRequiredService<InProcessBlockHost>().DescribeAsync(message.ProjectPath, message.ToBlock(), cancellationToken), cancellationToken);
}
