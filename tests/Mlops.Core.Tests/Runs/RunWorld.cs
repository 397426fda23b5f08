using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Mlops.Core.Database;
using Mlops.Core.Pipelines;
using Mlops.Core.Runs;
using Mlops.Core.Tests.Database;

namespace Mlops.Core.Tests.Runs;

/// <summary>A server's Core over a project <c>p</c> on disk, with scripted blocks. Several may share a fixture, as processes share a database.</summary>
internal sealed class RunWorld : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    private RunWorld(ServiceProvider services, ScriptedBlockHost host, NotingRunQueue queue)
    {
        _services = services;
        Host = host;
        Queue = queue;
    }

    public ScriptedBlockHost Host { get; }

    public NotingRunQueue Queue { get; }

    public PipelineRunService Runs => Get<PipelineRunService>();

    public RunDispatcher Dispatcher => Get<RunDispatcher>();

    public PipelineRunExecutor Executor => Get<PipelineRunExecutor>();

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<RunWorld> CreateAsync(
        DatabaseFixture fixture, TimeProvider? timeProvider = null, MlopsCoreOptions? options = null, WriterConnectionDecorator? decorateWriter = null,
        Func<IServiceCollection, IServiceCollection>? add = null)
    {
        var host = new ScriptedBlockHost();
        var queue = new NotingRunQueue();
        var collection = (add ?? (own => own))(new ServiceCollection())
            .AddSingleton(timeProvider ?? TimeProvider.System)
            .AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance)
            .AddSingleton(typeof(ILogger<>), typeof(NullLogger<>))
            .AddMlopsCore(options ?? fixture.Options)
            .AddSingleton<IBlockHost>(host)
            .AddSingleton<IRunQueue>(queue);
        if (decorateWriter is not null)
        {
            collection.AddSingleton(decorateWriter);
        }

        var services = collection.BuildServiceProvider();
        await services.GetRequiredService<MetadataDatabase>().MigrateAsync(Cancellation);
        return new RunWorld(services, host, queue);
    }

    /// <summary>Writes a pipeline of the project; a block is <c>uuid</c> or <c>uuid &lt; upstream, upstream</c>.</summary>
    public static void WritePipeline(DatabaseFixture fixture, string uuid, string[] blocks, string extra = "", string language = "csharp")
    {
        var project = Path.Combine(fixture.Options.ProjectsPath, "p");
        Directory.CreateDirectory(Path.Combine(project, "pipelines", uuid));
        Directory.CreateDirectory(Path.Combine(project, "custom"));
        File.WriteAllText(Path.Combine(fixture.Options.ProjectsPath, "settings.yaml"), "projects:\n  p: {}\n");
        File.WriteAllText(Path.Combine(project, "metadata.yaml"), "project_type: standalone\n");
        var text = "blocks:\n";
        foreach (var (name, upstream) in blocks.Select(block => block.Split('<', StringSplitOptions.TrimEntries)).Select(parts => (parts[0], parts.ElementAtOrDefault(1) ?? "")))
        {
            text += $"- uuid: {name}\n  name: {name}\n  type: custom\n  language: {language}\n  upstream_blocks: [{upstream}]\n";
            File.WriteAllText(Path.Combine(project, "custom", name + (language == "r" ? ".r" : ".cs")), "// scripted");
        }

        File.WriteAllText(Path.Combine(project, "pipelines", uuid, "metadata.yaml"), text + $"name: {uuid}\ntype: python\nuuid: {uuid}\n{extra}");
    }

    /// <summary>Adds a key to a block of a pipeline that was written.</summary>
    public static void WriteBlockKey(DatabaseFixture fixture, string pipeline, string block, string key)
    {
        var path = Path.Combine(fixture.Options.ProjectsPath, "p", "pipelines", pipeline, "metadata.yaml");
        File.WriteAllText(path, File.ReadAllText(path).Replace($"- uuid: {block}\n", $"- uuid: {block}\n  {key}\n", StringComparison.Ordinal));
    }

    /// <summary>Makes a block of a pipeline that was written one of another type.</summary>
    public static void WriteBlockType(DatabaseFixture fixture, string pipeline, string block, string type)
    {
        var project = Path.Combine(fixture.Options.ProjectsPath, "p");
        var path = Path.Combine(project, "pipelines", pipeline, "metadata.yaml");
        File.WriteAllText(path, File.ReadAllText(path).Replace($"name: {block}\n  type: custom\n", $"name: {block}\n  type: {type}\n", StringComparison.Ordinal));
        WriteFile(fixture, BlockType.Find(type)!.Folder, block);
    }

    /// <summary>Writes the file of a block that is scripted.</summary>
    public static void WriteFile(DatabaseFixture fixture, string folder, string uuid)
    {
        Directory.CreateDirectory(Path.Combine(fixture.Options.ProjectsPath, "p", folder));
        File.WriteAllText(Path.Combine(fixture.Options.ProjectsPath, "p", folder, uuid + ".cs"), "// scripted");
    }

    public IServiceProvider Services => _services;

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public RunRecovery Recovery => ActivatorUtilities.CreateInstance<RunRecovery>(_services);

    public Task<PipelineRun> StartAsync(string pipeline, object? variables = null) => Runs.StartAsync(
        "p", pipeline, JsonSerializer.SerializeToElement(variables ?? new { }).EnumerateObject().ToDictionary(each => each.Name, each => each.Value),
        RunOrigin.Api, Cancellation);

    /// <summary>Starts a run and executes it to its end.</summary>
    public async Task<PipelineRun> RunAsync(string pipeline, object? variables = null)
    {
        var run = await StartAsync(pipeline, variables);
        await Executor.ExecuteAsync(run.Id, Cancellation);
        return await Runs.GetAsync(run.Id, Cancellation);
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
