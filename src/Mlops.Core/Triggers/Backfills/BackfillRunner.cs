using Mlops.Core.Runs;

namespace Mlops.Core.Triggers.Backfills;

/// <summary>
/// Executes a backfill in this process, for a command that has nothing else to do. The runs that it makes are born with its lease, so that no server takes
/// them; servers on the same database make runs of the backfill beside it, within its limit, and go on with it where this process dies.
/// </summary>
public sealed class BackfillRunner
{
    /// <summary>How late the end of what others execute is noticed.</summary>
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    private readonly BackfillFiller _filler;
    private readonly BackfillService _service;
    private readonly PipelineRunExecutor _executor;
    private readonly RunLeases _leases;
    private readonly TimeProvider _timeProvider;

    internal BackfillRunner(BackfillFiller filler, BackfillService service, PipelineRunExecutor executor, RunLeases leases, TimeProvider timeProvider)
    {
        _filler = filler;
        _service = service;
        _executor = executor;
        _leases = leases;
        _timeProvider = timeProvider;
    }

    /// <summary>Executes a backfill that was started, until it does not run any more.</summary>
    /// <param name="id">The backfill.</param>
    /// <param name="follow">Called with where it stands, whenever a run was made or ended.</param>
    /// <param name="cancellationToken">Lets go of it, without cancelling it.</param>
    /// <returns>The backfill at its end.</returns>
    /// <exception cref="NotFoundException">There is no such backfill.</exception>
    public async Task<Backfill> RunToEndAsync(long id, Action<Backfill> follow, CancellationToken cancellationToken)
    {
        var executions = new HashSet<Task>();
        while (true)
        {
            var step = await _filler.TryFillAsync(id, _leases.New, cancellationToken);
            foreach (var run in step.Runs.Where(run => run.Lease is not null))
            {
                _leases.Reserve(run.Id, run.Lease!);
                executions.Add(_executor.ExecuteToEndAsync(run.Id, cancellationToken));
            }

            var backfill = await _service.GetAsync(id, cancellationToken);
            follow(backfill);
            if (backfill.Status != BackfillStatus.Running && executions.Count == 0)
            {
                return backfill;
            }

            await WaitAsync(executions, cancellationToken);
        }
    }

    /// <summary>Waits for the end of a run of this process, but not long: others work on the backfill, too.</summary>
    private async Task WaitAsync(HashSet<Task> executions, CancellationToken cancellationToken)
    {
        var ended = await Task.WhenAny([.. executions, Task.Delay(LookInterval, _timeProvider, cancellationToken)]);
        await ended;
        executions.Remove(ended);
    }
}
