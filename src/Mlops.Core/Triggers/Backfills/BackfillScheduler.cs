using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Mlops.Core.Runs;

namespace Mlops.Core.Triggers.Backfills;

/// <summary>
/// Keeps backfills going: looks at them when it starts, when a run of one of them changes, here or in another process, when somebody starts one, and every few
/// seconds besides, which costs one query where none runs.
/// </summary>
internal sealed class BackfillScheduler(BackfillFiller filler, BackfillSurroundings surroundings, ILogger<BackfillScheduler> logger) : BackgroundService
{
    /// <summary>How late what nobody told of is noticed.</summary>
    private static readonly TimeSpan LongestSleep = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan DelayAfterFailure = TimeSpan.FromSeconds(5);

    private volatile TaskCompletionSource _woken = NewSignal();

    /// <summary>Pipelines of backfills that run: whose runs' changes wake it.</summary>
    private volatile IReadOnlySet<(string ProjectUuid, string PipelineUuid)> _pipelines = new HashSet<(string, string)>();

    /// <summary>Does what is to be done.</summary>
    /// <returns>How long nothing is to be done unless something wakes it.</returns>
    internal async Task<TimeSpan> TickAsync(CancellationToken cancellationToken)
    {
        var running = await filler.ListRunningAsync(cancellationToken);
        _pipelines = running.Select(backfill => (backfill.ProjectUuid, backfill.PipelineUuid)).ToHashSet();
        return await filler.FillAsync(running, cancellationToken) ?? LongestSleep;
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var subscription = surroundings.Events.Subscribe(WakeByRun);
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                var woken = _woken;
                var sleep = await TryTickAsync(stoppingToken);
                await SleepAsync(woken.Task, sleep, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The program is stopping; where backfills stand is in the database.
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task<TimeSpan> TryTickAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await TickAsync(cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // The database is away, or worse: the loop must outlive whatever it is, else no backfill ever goes on.
            Log.BackfillsFailed(logger, DelayAfterFailure, exception);
            return DelayAfterFailure;
        }
    }

    private async Task SleepAsync(Task woken, TimeSpan duration, CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(woken, Task.Delay(duration, surroundings.TimeProvider, ending.Token));
        await ending.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }

    private void WakeByRun(RunChange change)
    {
        if (change.Kind == RunChangeKind.Status && (change.IsGap || _pipelines.Contains((change.ProjectUuid, change.PipelineUuid))))
        {
            Interlocked.Exchange(ref _woken, NewSignal()).TrySetResult();
        }
    }
}
