using System.Data.Common;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Mlops.Core.Database;
using Mlops.Core.Runs.Calls;

namespace Mlops.Core.Runs;

/// <summary>
/// Finds runs that nobody works on and wakes a worker for them: at start all that are not final, later those whose lease expired, whose owner on this
/// machine is dead, or whose place in the queue was lost.
/// </summary>
internal sealed class RunRecovery(
    RunStepStore steps, RunClaims claims, RunLeases leases, RunDispatcher dispatcher, ForsakenRuns forsaken, TimeProvider timeProvider, ILogger<RunRecovery> logger)
    : BackgroundService
{
    private const int PageSize = 500;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>A run that was enqueued and did not start may simply be waiting for its turn: it is not enqueued again before this.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>
    /// Before this instant an expired lease proves nothing: the database was away, so that nobody could renew his.
    /// </summary>
    private DateTimeOffset _trustsLeasesFrom = DateTimeOffset.MinValue;

    /// <summary>When this process enqueued a run that is still open; bounded by the open runs.</summary>
    private Dictionary<long, DateTimeOffset> _enqueued = [];

    /// <summary>Looks once at all open runs.</summary>
    /// <param name="isFirst">Whether the process has just started, so that its queue in memory is empty.</param>
    /// <param name="cancellationToken">Stops between two runs.</param>
    internal async Task SweepAsync(bool isFirst, CancellationToken cancellationToken)
    {
        var stillOpen = new Dictionary<long, DateTimeOffset>();
        var now = timeProvider.GetUtcNow();
        await claims.WakeLimitedAsync(null, cancellationToken);
        await forsaken.CancelAsync(null, cancellationToken);
        IReadOnlyList<OpenRun> page;
        for (long after = 0; (page = await steps.ListOpenAsync(after, PageSize, cancellationToken)).Count > 0; after = page[^1].Id)
        {
            foreach (var run in page)
            {
                if (_enqueued.TryGetValue(run.Id, out var at))
                {
                    stillOpen[run.Id] = at;
                }

                if (IsDue(run, isFirst, now) && await IsFreeAsync(run, now, cancellationToken))
                {
                    Log.RunRecovered(logger, run.Id, run.Status);
                    dispatcher.Wake(run.Id);
                    stillOpen[run.Id] = now;
                }
            }
        }

        _enqueued = stillOpen;
        dispatcher.Look();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, timeProvider);
        var isFirst = true;
        do
        {
            var start = timeProvider.GetTimestamp();
            try
            {
                await SweepAsync(isFirst, stoppingToken);
                isFirst = false;
            }
            catch (DbException exception) // The database is away; the next sweep sees what this one missed.
            {
                Log.SweepFailed(logger, exception);
                _trustsLeasesFrom = timeProvider.GetUtcNow() + RunLeases.Duration;
            }

            if (timeProvider.GetElapsedTime(start) > Interval)
            {
                _trustsLeasesFrom = timeProvider.GetUtcNow() + RunLeases.Duration;
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private bool IsDue(OpenRun run, bool isFirst, DateTimeOffset now)
    {
        // One that waits for a limit was just looked at, and one that waits for a retry has its time.
        if (leases.Holds(run.Id) || (run.Status == "initial" && run.WaitingFor is not null) || run.ResumeAt > now.ToMicroseconds())
        {
            return false;
        }

        var since = _enqueued.TryGetValue(run.Id, out var at) ? at : Timestamps.FromMicroseconds(run.CreatedAt);
        return isFirst || now - since >= Patience || (run.Status == "running" && !_enqueued.ContainsKey(run.Id));
    }

    /// <summary>Whether nobody owns the run; takes it from a dead owner.</summary>
    private async Task<bool> IsFreeAsync(OpenRun run, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (run.Status == "initial" || run.LeaseExpiresAt is not { } expires || (expires < now.ToMicroseconds() && now >= _trustsLeasesFrom))
        {
            return true;
        }

        return run is { LeaseOwner: { } owner, LeaseToken: { } token }
            && ProcessIdentity.IsKnownDead(owner)
            && await steps.ReleaseAsync(run.Id, token, cancellationToken);
    }
}
