using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Mlops.Benchmarks.Scenarios;
using Mlops.Blocks;
using Mlops.Core;
using Mlops.Core.Runs;
using Mlops.Server.Hosting;
using Mlops.Server.Jobs;
using Mlops.Server.Logging;
using Mlops.Server.Runners;
using Mlops.Testing;

namespace Mlops.Benchmarks.Engine;

/// <summary>The engine as a server has it (queue, dispatcher, recovery, log files), without web pages.</summary>
internal sealed class EngineUnderTest : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly Dictionary<string, JsonElement> NoVariables = [];

    private readonly TempFolder _folder;
    private readonly IHost _host;
    private readonly PipelineRunService _runs;

    private EngineUnderTest(TempFolder folder, IHost host) =>
        (_folder, _host, _runs) = (folder, host, host.Services.GetRequiredService<PipelineRunService>());

    /// <param name="setting">Where it keeps its state and runs its blocks.</param>
    /// <param name="scenarios">Its pipelines.</param>
    /// <param name="triggers">The <c>triggers.yaml</c> of the first pipeline; null for none.</param>
    public static async Task<EngineUnderTest> StartAsync(EngineSetting setting, IReadOnlyList<Scenario> scenarios, string? triggers = null)
    {
        var folder = new TempFolder();
        BenchmarkProject.Write(folder, scenarios, triggers);
        var host = Build(folder, setting);
        await host.StartAsync();
        if (setting.UsesRunners)
        {
            await RunnerRest.WaitAsync(setting.Slots);
        }

        return new EngineUnderTest(folder, host);
    }

    /// <summary>One run, from the order to its durable end.</summary>
    public async Task RunAsync(string pipeline) => await WaitAsync(await StartAsync(pipeline));

    /// <summary>The newest runs.</summary>
    public async Task<IReadOnlyList<PipelineRun>> ListRunsAsync(int limit) =>
        (await _runs.ListAsync(new PipelineRunFilter(Limit: limit), CancellationToken.None)).Runs;

    /// <summary>Many runs that are ordered at once, until the last one has ended.</summary>
    public async Task RunManyAsync(string pipeline, int count)
    {
        foreach (var run in await Task.WhenAll(Enumerable.Range(0, count).Select(_ => StartAsync(pipeline))))
        {
            await WaitAsync(run);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        await ((IAsyncDisposable)_host).DisposeAsync();
        _folder.Dispose();
    }

    private static IHost Build(TempFolder folder, EngineSetting setting)
    {
        var options = new MlopsServerOptions
        {
            ProjectsPath = folder.Combine("projects"),
            DataPath = folder.Combine("data"),
            Database = setting.Database,
            Urls = "",
            Runners = setting.Slots,
            RunnerMemoryBytes = 2L << 30,

            // As the server reads it: a profiler may want a variable of its own in the runners too.
            RunnerGrants = RunnerGrants.Parse(Environment.GetEnvironmentVariable("MLOPS_RUNNER_ENV") ?? "", []),
        };
        Directory.CreateDirectory(options.DataPath);
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.AddMlopsCommandLogging(options.DataPath);
        builder.Services
            .AddSingleton(TimeProvider.System)
            .AddMlopsCore(options.ToCoreOptions())
            .AddMlopsBlocks(options.ToBlocksOptions());
        if (setting.UsesRunners)
        {
            builder.Services.AddMlopsRunners(options.ToRunnerOptions());
        }

        builder.Services.AddMlopsJobs(options.ToJobsOptions());
        return builder.Build();
    }

    private Task<PipelineRun> StartAsync(string pipeline) =>
        _runs.StartAsync(BenchmarkProject.Uuid, pipeline, NoVariables, RunOrigin.Api, CancellationToken.None);

    private async Task WaitAsync(PipelineRun run)
    {
        var ended = await _runs.WaitAsync(run.Id, Patience, CancellationToken.None);
        if (ended.Status != RunStatus.Completed)
        {
            var error = ended.Error ?? ended.BlockRuns.Select(block => block.Error?.Message).FirstOrDefault(message => message is not null);
            throw new InvalidOperationException($"Run {run.Id} of {run.PipelineUuid} is {ended.Status}: {error ?? ended.WaitingFor}");
        }
    }
}
