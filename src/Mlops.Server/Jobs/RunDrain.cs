using Mlops.Core.Workers;

namespace Mlops.Server.Jobs;

/// <summary>How this process lets go of its runs: it takes no more, says so, lets those that it has end, and hands back what is left.</summary>
internal sealed class RunDrain(HangfireServer server, WorkerHeartbeat heartbeat)
{
    /// <summary>Returns when the last run has ended or was asked to stop; it is handed back while the host stops.</summary>
    /// <param name="grace">How long runs may go on; zero hands them back at once.</param>
    /// <param name="endGrace">Ends the grace before its time.</param>
    public async Task DrainAsync(TimeSpan grace, CancellationToken endGrace)
    {
        // Taking ends first: what the list of workers says of this process is then true.
        var drained = server.DrainAsync(grace, endGrace);
        await heartbeat.StartDrainingAsync();
        await drained;
    }
}
