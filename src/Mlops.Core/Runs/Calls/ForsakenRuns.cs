using System.Data.Common;
using Microsoft.Extensions.Logging;
using Mlops.Core.Database;

namespace Mlops.Core.Runs.Calls;

/// <summary>
/// Cancels runs that are blocks of other runs once nobody waits for them any more: the other run was cancelled, or took too long. Done again by every
/// sweep of recovery, so that it happens whenever a process dies.
/// </summary>
/// <param name="runs">Finds them.</param>
/// <param name="steps">Notes the wish to cancel.</param>
/// <param name="leases">Tells executors in this process.</param>
/// <param name="wake">Wakes a worker for a run that nobody holds, to end it.</param>
/// <param name="logger">Told of runs that could not be cancelled now.</param>
internal sealed class ForsakenRuns(PipelineRunStore runs, RunStepStore steps, RunLeases leases, Action<long> wake, ILogger<ForsakenRuns> logger)
{
    /// <summary>Cancels those of one run, or with null of any.</summary>
    public async Task CancelAsync(long? parentRunId, CancellationToken cancellationToken)
    {
        foreach (var id in await runs.ListForsakenAsync(parentRunId, cancellationToken))
        {
            try
            {
                await steps.RequestCancelAsync(id, cancellationToken);
                leases.TellCancel(id);
                if (!leases.Holds(id))
                {
                    wake(id);
                }
            }
            catch (Exception exception) when (exception is DbException or DatabaseAwayException) // The next sweep tries again; the others are tried now.
            {
                Log.ForsakenNotCancelled(logger, id, exception);
            }
        }
    }
}
