using System.Collections.Concurrent;
using Mlops.Core.Pipelines;
using Mlops.Core.Runs;

namespace Mlops.Core.Tests.Runs;

/// <summary>Runs a delegate for each block instead of a file; a block without one completes at once with one JSON output.</summary>
internal sealed class ScriptedBlockHost : IBlockHost
{
    public delegate Task<BlockResult> Script(BlockWork work, Action<BlockLogLine> log, CancellationToken cancellationToken);

    public Dictionary<string, Script> Scripts { get; } = [];

    /// <summary>Every start of a block, in order: <c>uuid#attempt</c>.</summary>
    public ConcurrentQueue<string> Starts { get; } = [];

    /// <summary>What every block was given, by uuid; the last attempt.</summary>
    public ConcurrentDictionary<string, BlockWork> Works { get; } = [];

    /// <summary>What every session was opened with, in order.</summary>
    public ConcurrentQueue<BlockSessionOptions> Sessions { get; } = [];

    /// <summary>Called before a session is opened; may throw.</summary>
    public Action Opening { get; set; } = () => { };

    public int OpenSessions;

    /// <summary>Called when a session is to end its code at once; may end pending scripts.</summary>
    public Action<string> Aborting { get; set; } = _ => { };

    public static BlockResult Completed(params BlockOutput[] outputs) =>
        new(null, [.. outputs.Select(output => new StoredOutput(output.Name + ".json", output))], []);

    public static BlockResult Failed(string message) => new(new BlockError("System.FormatException", message) { File = "a.cs", Line = 7 }, [], []);

    public static BlockResult Answer(bool answer) => new(null, [], []) { Answer = answer };

    public static BlockOutput Json(string name, long size = 2) =>
        new() { Name = name, Kind = OutputKind.Json, Path = "", SizeBytes = size, Hash = "00" };

    public string? WhyNot(BlockType type, BlockLanguage language) => language.Word == "r" ? "R has no runner yet." : null;

    public Task<BlockDescription> DescribeAsync(string projectPath, Block block, CancellationToken cancellationToken) =>
        Task.FromResult(new BlockDescription([], []));

    public Task<IBlockSession> OpenAsync(BlockSessionOptions options, CancellationToken cancellationToken)
    {
        Opening();
        Sessions.Enqueue(options);
        Interlocked.Increment(ref OpenSessions);
        return Task.FromResult<IBlockSession>(new Session(this));
    }

    private sealed class Session(ScriptedBlockHost host) : IBlockSession
    {
        public Task<BlockResult> RunAsync(BlockWork work, Action<BlockLogLine> log, CancellationToken cancellationToken)
        {
            host.Starts.Enqueue($"{work.BlockUuid}#{work.Attempt}");
            host.Works[work.BlockUuid] = work;
            return host.Scripts.TryGetValue(work.BlockUuid, out var script)
                ? script(work, log, cancellationToken)
                : Task.FromResult(Completed(Json("output_0")));
        }

        public Task AbortAsync(string reason)
        {
            host.Aborting(reason);
            return Task.CompletedTask;
        }

        public ValueTask DisposeAsync()
        {
            Interlocked.Decrement(ref host.OpenSessions);
            return ValueTask.CompletedTask;
        }
    }
}

/// <summary>Notes what was enqueued; somebody else executes it.</summary>
internal sealed class NotingRunQueue : IRunQueue
{
    public ConcurrentQueue<long> Enqueued { get; } = [];

    public void Enqueue(long pipelineRunId) => Enqueued.Enqueue(pipelineRunId);
}
