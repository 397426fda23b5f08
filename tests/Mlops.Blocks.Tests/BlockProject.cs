using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Mlops.Core.Pipelines;
using Mlops.Core.Runs;
using Mlops.Testing;

namespace Mlops.Blocks.Tests;

/// <summary>A project in a temporary folder with a host that runs its blocks, one session for all of them.</summary>
internal sealed class BlockProject : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly ServiceProvider _services;
    private readonly Task<IBlockSession> _session;

    public BlockProject(string? warehouse = null)
    {
        ProjectPath = _folder.Combine("project");
        Directory.CreateDirectory(ProjectPath);
        DataPath = _folder.Combine("data");
        _services = new ServiceCollection()
            .AddSingleton(typeof(ILogger<>), typeof(NullLogger<>))
            .AddMlopsBlocks(new MlopsBlocksOptions { DataPath = DataPath, Warehouse = warehouse })
            .BuildServiceProvider();
        _session = Host.OpenAsync(new BlockSessionOptions(1, "project", ProjectPath, "pipeline"), CancellationToken.None);
    }

    public string ProjectPath { get; }

    public string DataPath { get; }

    public IServiceProvider Services => _services;

    public IBlockHost Host => _services.GetRequiredService<IBlockHost>();

    public List<BlockLogLine> Log { get; } = [];

    public Action<BlockLogLine>? OnLine { get; set; }

    public IReadOnlyDictionary<string, JsonElement>? Configuration { get; set; }

    public string? TriggerName { get; set; }

    public RunInterval? Interval { get; set; }

    public string Write(string relativePath, string text) => _folder.Write(Path.Combine("project", relativePath), text);

    /// <summary>Writes the code to <c>folder/uuid.cs</c> and runs it.</summary>
    /// <summary>Given to each work.</summary>
    public long? StartBefore { get; set; }

    public Task<BlockRunOutcome> RunAsync(string type, string uuid, string code, params BlockRunOutcome[] upstream) =>
        RunAsync(type, uuid, code, variables: null, upstream);

    public async Task<BlockRunOutcome> RunAsync(
        string type, string uuid, string code, object? variables, BlockRunOutcome[] upstream, CancellationToken cancellationToken = default)
    {
        Write(RelativePath(type, uuid), code);
        return await RunAsync(await _session, type, uuid, variables, upstream, cancellationToken);
    }

    public async Task<BlockRunOutcome> RunAsync(
        IBlockSession session, string type, string uuid, object? variables, BlockRunOutcome[] upstream, CancellationToken cancellationToken = default)
    {
        var directory = _folder.Combine("outputs", uuid, Guid.NewGuid().ToString("N"));
        var work = new BlockWork
        {
            BlockUuid = uuid,
            BlockType = type,
            Language = "csharp",
            FilePath = Path.Combine(ProjectPath, RelativePath(type, uuid)),
            Attempt = 1,
            ExecutionDate = new DateTimeOffset(2024, 2, 1, 0, 0, 0, TimeSpan.Zero),
            OutputDirectory = directory,
            Upstream = [.. upstream.Select(outcome => new UpstreamOutputs(outcome.BlockUuid, outcome.Directory, outcome.Result.Outputs))],
            Variables = ToVariables(variables),
            StartBefore = StartBefore,
            Configuration = Configuration,
            TriggerName = TriggerName,
            Interval = Interval,
        };
        var result = await session.RunAsync(work, Take, cancellationToken);
        return new BlockRunOutcome(uuid, directory, result);
    }

    /// <summary>Writes a custom block and runs it as a dynamic one.</summary>
    public async Task<BlockRunOutcome> RunDynamicAsync(string uuid, string code)
    {
        Write(RelativePath("custom", uuid), code);
        return await RunAsync(WorkOf("custom", uuid, []) with { IsDynamic = true });
    }

    /// <summary>Writes the code to <c>folder/uuid.cs</c> and runs it with these outputs upstream.</summary>
    public async Task<BlockRunOutcome> RunAsync(string type, string uuid, string code, UpstreamOutputs upstream)
    {
        Write(RelativePath(type, uuid), code);
        return await RunAsync(WorkOf(type, uuid, [upstream]));
    }

    /// <summary>Writes the text to <c>sensors/wait.sql</c> and runs it as a sensor.</summary>
    public async Task<BlockRunOutcome> LookAsync(string sql, object? variables = null, CancellationToken cancellationToken = default)
    {
        var work = WorkOf("sensor", "wait", []) with
        {
            Language = "sql",
            FilePath = Write("sensors/wait.sql", sql),
            Variables = ToVariables(variables),
            Configuration = Configuration,
            StartBefore = StartBefore,
        };
        return new BlockRunOutcome(work.BlockUuid, work.OutputDirectory, await (await _session).RunAsync(work, Take, cancellationToken));
    }

    /// <summary>Writes the text to <c>sensors/wait.sql</c> and describes it as a sensor.</summary>
    public Task<BlockDescription> DescribeSqlAsync(string sql)
    {
        var block = NewBlock("sensor", "wait", Write("sensors/wait.sql", sql)) with
        {
            Language = BlockLanguage.Find("sql")!,
            Configuration = Configuration ?? new Dictionary<string, JsonElement>(),
        };
        return Host.DescribeAsync(ProjectPath, block, CancellationToken.None);
    }

    /// <summary>Writes a callback and calls it for a block; a cancelled one has no outputs.</summary>
    public async Task<BlockResult> CallAsync(string uuid, string code, BlockRunOutcome parent, string outcome, BlockError? error)
    {
        Write(RelativePath("callback", uuid), code);
        var outputs = new UpstreamOutputs(parent.BlockUuid, parent.Directory, outcome == "cancelled" ? [] : parent.Result.Outputs);
        var work = WorkOf("callback", uuid, [outputs]) with
        {
            BlockUuid = $"{uuid}:{parent.BlockUuid}",
            ParentUuid = parent.BlockUuid,
            Callback = new CallbackWork(outcome, error),
        };
        return await (await _session).RunAsync(work, Take, CancellationToken.None);
    }

    public Task<BlockDescription> DescribeAsync(string type, string uuid, string code, params string[] upstream)
    {
        var path = Write(RelativePath(type, uuid), code);
        return Host.DescribeAsync(ProjectPath, NewBlock(type, uuid, path, upstream), CancellationToken.None);
    }

    public static Block NewBlock(string type, string uuid, string? path, params string[] upstream) => new()
    {
        Uuid = uuid,
        Name = uuid,
        Type = BlockType.Find(type)!,
        Language = BlockLanguage.Find("csharp")!,
        UpstreamBlocks = upstream,
        FilePath = path,
    };

    public async ValueTask DisposeAsync()
    {
        await (await _session).DisposeAsync();
        await _services.DisposeAsync();
        _folder.Dispose();
    }

    private async Task<BlockRunOutcome> RunAsync(BlockWork work) =>
        new(work.BlockUuid, work.OutputDirectory, await (await _session).RunAsync(work, Take, CancellationToken.None));

    private BlockWork WorkOf(string type, string uuid, IReadOnlyList<UpstreamOutputs> upstream) => new()
    {
        BlockUuid = uuid,
        BlockType = type,
        Language = "csharp",
        FilePath = Path.Combine(ProjectPath, RelativePath(type, uuid)),
        Attempt = 1,
        ExecutionDate = new DateTimeOffset(2024, 2, 1, 0, 0, 0, TimeSpan.Zero),
        OutputDirectory = _folder.Combine("outputs", uuid, Guid.NewGuid().ToString("N")),
        Upstream = upstream,
        Variables = ToVariables(null),
    };

    private void Take(BlockLogLine line)
    {
        OnLine?.Invoke(line);
        lock (Log)
        {
            Log.Add(line);
        }
    }

    private static string RelativePath(string type, string uuid) => Path.Combine(BlockType.Find(type)!.Folder, $"{uuid}.cs");

    private static Dictionary<string, JsonElement> ToVariables(object? variables) =>
        variables is null ? [] : JsonSerializer.SerializeToElement(variables).EnumerateObject().ToDictionary(property => property.Name, property => property.Value.Clone());
}

internal sealed record BlockRunOutcome(string BlockUuid, string Directory, BlockResult Result)
{
    public BlockError Error => Result.Error ?? throw new InvalidOperationException($"'{BlockUuid}' completed");

    public string PathOf(int output) => Path.Combine(Directory, Result.Outputs[output].FileName);

    /// <summary>The outcome, once it is sure that the block completed.</summary>
    public BlockRunOutcome Completed()
    {
        Assert.True(Result.Error is null, $"{Result.Error?.Type}: {Result.Error?.Message}\n{Result.Error?.StackTrace}");
        return this;
    }

    public string Json(int output = 0) => Result.Outputs[output].Output.Value ?? File.ReadAllText(PathOf(output));
}
