using Mlops.Blocks.Remote;
using Mlops.Core;
using Mlops.Core.Projects;

namespace Mlops.Server.Runners;

/// <summary>
/// Keeps runners ready: clears up what a killed server left, then, once the server listens, starts and warms one runner after the other, and replaces
/// those that are worn out before they go.
/// </summary>
internal sealed class RunnerSpares(
    RunnerPool pool, RunnerOptions options, ProjectCatalog catalog, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<RunnerSpares> logger)
    : BackgroundService
{
    private const int MaximumPreload = 200;
    private const string CSharp = "csharp";
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(5);

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        if (RunnerFolder.RemoveAbandoned(options.DataPath) is > 0 and var count)
        {
            logger.AbandonedRunnersRemoved(count);
        }

        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.WarmUp)
        {
            return;
        }

        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var onStarted = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stoppingToken);
        while (true)
        {
            try
            {
                await FillAsync(stoppingToken);
                await pool.WaitForChangeAsync(stoppingToken);
            }
            catch (Exception exception) when (exception is RunnerStartException or RunnerLostException or NotFoundException)
            {
                // Runs are told themselves where they find none, and a project may go while it is looked at: here it is only tried again.
                logger.SpareFailed(RetryDelay, exception);
                await Task.Delay(RetryDelay, time, stoppingToken);
            }
        }
    }

    private async Task FillAsync(CancellationToken stoppingToken)
    {
        List<RunnerProcess> added = [];
        while (pool.StartSpare(Environment()) is { } start)
        {
            var runner = await start.WaitAsync(stoppingToken);
            await WarmUpAsync(runner, stoppingToken);
            pool.RetireWornOut();
            added.Add(runner);
        }

        // Every runner is warm before the first one looks at single blocks.
        foreach (var runner in added)
        {
            await runner.Client.PreloadAsync(Blocks(), stoppingToken);
        }
    }

    private async Task WarmUpAsync(RunnerProcess runner, CancellationToken stoppingToken)
    {
        try
        {
            await runner.Client.WarmUpAsync(stoppingToken);
            runner.IsWarm = true;
        }
        catch (Exception exception) when (exception is not (OperationCanceledException or RunnerLostException))
        {
            // Only a run's speed was at stake; the run itself will report what is wrong.
            logger.WarmUpFailed(exception);
        }
    }

    /// <summary>The environment that a run most likely wants: that of the first project.</summary>
    private RunnerEnvironment Environment() => RunnerEnvironment.For(catalog.ListProjects() is [var first, ..] ? first.Uuid : "", options.Grants);

    private List<PreloadBlock> Blocks() =>
    [
        .. (from project in catalog.ListProjects()
           from pipeline in catalog.ListPipelines(project.Uuid)
           where pipeline.IsValid
           from block in pipeline.AllBlocks
           where block.Language.Word == CSharp && block.FilePath is not null
           select new PreloadBlock(project.DirectoryPath, block.FilePath!)).Distinct().Take(MaximumPreload),
    ];
}
