using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Mlops.Blocks;
using Mlops.Core.Runs;
using Mlops.Server.Runners;
using Mlops.Testing;

namespace Mlops.Server.Tests.Runners;

/// <summary>A pool of real runner processes over folders of its own, with the blocks of a project <c>demo</c>.</summary>
internal sealed class RunnersUnderTest : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly ServiceProvider _services;
    private readonly ConcurrentDictionary<string, BlockResult> _results = new();

    public RunnersUnderTest(int count = 1, Func<RunnerOptions, RunnerOptions>? change = null, string? warehouse = null)
    {
        DataPath = _folder.Combine("data");
        Directory.CreateDirectory(DataPath);
        var options = new RunnerOptions { DataPath = DataPath, Count = count, MemoryBytes = 2L << 30, WarmUp = false, Warehouse = warehouse };
        _services = new ServiceCollection()
            .AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(new Lines(Printed)))
            .AddMlopsBlocks(new MlopsBlocksOptions { DataPath = DataPath })
            .AddMlopsRunners(change?.Invoke(options) ?? options)
            .BuildServiceProvider();
    }

    public string DataPath { get; }

    public string ProjectPath => _folder.Combine("projects", "demo");

    /// <summary>What was logged, last lines of runners among them.</summary>
    public ConcurrentQueue<string> Printed { get; } = new();

    public IBlockHost Host => _services.GetRequiredService<IBlockHost>();

    public RunnerPool Pool => _services.GetRequiredService<RunnerPool>();

    /// <summary>Folders of runners that live.</summary>
    public string[] RunnerFolders => Directory.Exists(Path.Combine(DataPath, "runners")) ? Directory.GetDirectories(Path.Combine(DataPath, "runners")) : [];

    public string File(string name) => _folder.Combine("projects", "demo", name);

    public Task<IBlockSession> OpenAsync(long run = 1, string project = "demo") =>
        Host.OpenAsync(new BlockSessionOptions(run, project, ProjectPath, "pipeline"), CancellationToken.None);

    /// <summary>Writes a block whose method has this body (and runs it); <c>context</c> and <c>stop</c> can be used in it.</summary>
    public Task<BlockResult> RunAsync(
        IBlockSession session, string uuid, string body, Action<BlockLogLine>? log = null, object? variables = null, CancellationToken cancellationToken = default)
    {
        var path = _folder.Write($"projects/demo/custom/{uuid}.cs", Code(uuid, body));
        return RunAsync(session, Work(uuid, path, [], variables), log ?? (_ => { }), cancellationToken);
    }

    public Task<BlockResult> RunCodeAsync(IBlockSession session, string uuid, string code, params (string Uuid, BlockResult Result)[] upstream)
    {
        var path = _folder.Write($"projects/demo/custom/{uuid}.cs", code);
        return RunAsync(
            session, Work(uuid, path, [.. upstream.Select(block => new UpstreamOutputs(block.Uuid, OutputOf(block.Uuid), block.Result.Outputs))], null),
            _ => { }, CancellationToken.None);
    }

    /// <summary>The first output of a block, as JSON.</summary>
    public string Output(string uuid) =>
        _results[uuid].Outputs[0].Output.Value ?? System.IO.File.ReadAllText(Path.Combine(OutputOf(uuid), "output_0.json"));

    private async Task<BlockResult> RunAsync(IBlockSession session, BlockWork work, Action<BlockLogLine> log, CancellationToken cancellationToken)
    {
        var result = await session.RunAsync(work, log, cancellationToken);
        _results[work.BlockUuid] = result;
        return result;
    }

    public static string Code(string uuid, string body) => $$"""
        using System.IO;
        using System.Diagnostics;
        using System.Runtime.InteropServices;

        public static class {{uuid}}
        {
            [Custom]
            public static object Run(BlockContext context, CancellationToken stop)
            {
                {{body}}
            }

            static int Dive(int depth) => depth < 0 ? 0 : Dive(depth + 1) + 1;
        }
        """;

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        _folder.Dispose();
    }

    private string OutputOf(string uuid) => _folder.Combine("outputs", uuid);

    private BlockWork Work(string uuid, string path, IReadOnlyList<UpstreamOutputs> upstream, object? variables) => new()
    {
        BlockUuid = uuid,
        BlockType = "custom",
        Language = "csharp",
        FilePath = path,
        Attempt = 1,
        ExecutionDate = new DateTimeOffset(2026, 1, 2, 0, 0, 0, TimeSpan.Zero),
        OutputDirectory = OutputOf(uuid),
        Upstream = upstream,
        Variables = variables is null ? new Dictionary<string, JsonElement>() : JsonSerializer.SerializeToElement(variables).EnumerateObject().ToDictionary(p => p.Name, p => p.Value.Clone()),
    };

    private sealed class Lines(ConcurrentQueue<string> printed) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            printed.Enqueue(formatter(state, exception));

        public void Dispose()
        {
        }
    }
}
