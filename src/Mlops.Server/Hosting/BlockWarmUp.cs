using Mlops.Core.Projects;
using Mlops.Core.Runs;

namespace Mlops.Server.Hosting;

/// <summary>
/// Describes one C# block after the start: the first compile in a process costs a second or two of JIT, which the first run then need not pay.
/// </summary>
internal sealed class BlockWarmUp(ProjectCatalog projects, IBlockHost host, IHostApplicationLifetime lifetime, ILogger<BlockWarmUp> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await WaitForStartAsync(stoppingToken);
        var candidate = (from project in projects.ListProjects()
                         from pipeline in projects.ListPipelines(project.Uuid)
                         from block in pipeline.Blocks
                         where block.Language.Word == "csharp" && block.FilePath is not null
                         select (project, block)).FirstOrDefault();
        if (candidate.block is not { } first)
        {
            return;
        }

        try
        {
            await host.DescribeAsync(candidate.project.DirectoryPath, first, stoppingToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // Only a run's speed was at stake; the run itself will report what is wrong.
            logger.WarmUpFailed(first.Uuid, exception);
        }
    }

    private async Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var onStarted = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(cancellationToken);
    }
}
