using System.Diagnostics;

namespace Mlops.Core.Runs;

/// <summary>
/// A session whose blocks begin only while the lease of their run surely holds. A process that was halted between storing that a block runs and running it
/// would otherwise begin it when it goes on, after somebody else has long completed it. The session looks at the time right before it calls the block's
/// code, since it may be a process of its own and be halted too.
/// </summary>
internal sealed class LeasedSession(IBlockSession session, RunLeases.HeldLease lease) : IBlockSession
{
    /// <summary>Between two looks whether a heartbeat came through.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    public async Task<BlockResult> RunAsync(BlockWork work, Action<BlockLogLine> log, CancellationToken cancellationToken)
    {
        // Ends: a lease that is lost, and a run that is given up, cancel the block.
        for (; ; )
        {
            // The clock first: what passes between the two makes the time shorter, never longer.
            var now = Stopwatch.GetTimestamp();
            if (lease.RemainingStartTime is { Ticks: > 0 } remaining)
            {
                var result = await session.RunAsync(work with { StartBefore = now + ToTimestamp(remaining) }, log, cancellationToken);
                if (!result.CameTooLate)
                {
                    return result;
                }
            }

            await Task.Delay(Interval, TimeProvider.System, cancellationToken);
        }
    }

    public Task AbortAsync(string reason) => session.AbortAsync(reason);

    public ValueTask DisposeAsync() => session.DisposeAsync();

    private static long ToTimestamp(TimeSpan time) => (long)(time.TotalSeconds * Stopwatch.Frequency);
}
