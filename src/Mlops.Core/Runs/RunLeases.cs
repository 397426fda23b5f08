using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Mlops.Core.Database;

namespace Mlops.Core.Runs;

/// <summary>
/// The leases that this process holds. One heartbeat renews them all in one write, however many they are, and brings the news of each: somebody
/// asked to cancel it, or another worker has it now.
/// </summary>
internal sealed class RunLeases(RunStepStore steps, TimeProvider timeProvider, ILogger<RunLeases> logger) : IDisposable
{
    private readonly TimeProvider _timeProvider = timeProvider;

    /// <summary>How long a lease holds without a heartbeat; four heartbeats.</summary>
    public static readonly TimeSpan Duration = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(5);

    /// <summary>How long a block may be started without a heartbeat: less than the lease holds, since clocks of machines differ.</summary>
    private static readonly TimeSpan StartTime = Duration - Heartbeat;

    private readonly ConcurrentDictionary<long, HeldLease> _held = [];
    private readonly ConcurrentDictionary<long, RunLease> _reserved = [];
    private readonly Lock _starting = new();
    private ITimer? _timer;
    private bool _isRenewing;

    /// <summary>Who holds the leases: this process.</summary>
    public string Owner { get; } = ProcessIdentity.Create();

    /// <summary>A lease to claim a run with, or the one that was reserved for it.</summary>
    public RunLease Offer(long pipelineRunId) => _reserved.TryRemove(pipelineRunId, out var reserved) ? reserved : New();

    /// <summary>A lease for a run that is about to be inserted.</summary>
    public RunLease New()
    {
        var takenAt = _timeProvider.GetTimestamp();
        return new RunLease(Guid.NewGuid().ToString("N"), Owner, ExpiresAt(), takenAt);
    }

    /// <summary>Keeps the lease that a run was born with until <see cref="Offer"/> hands it to the executor.</summary>
    public void Reserve(long pipelineRunId, RunLease lease) => _reserved[pipelineRunId] = lease;

    /// <summary>Whether a run is being executed here.</summary>
    public bool Holds(long pipelineRunId) => _held.ContainsKey(pipelineRunId);

    /// <summary>
    /// Announces that this process is about to claim the run, so that no signal is missed between claim and execution; once
    /// <see cref="HeldLease.Claimed"/> is called, the lease is renewed until the result is disposed.
    /// </summary>
    /// <returns>Null where the run is being executed here already.</returns>
    public HeldLease? TryHold(long pipelineRunId, RunLease taken, RunSignals signals)
    {
        lock (_starting)
        {
            _timer ??= _timeProvider.CreateTimer(_ => _ = RenewAsync(), null, Heartbeat, Heartbeat);
        }

        var lease = new HeldLease(this, pipelineRunId, taken, signals);
        return _held.TryAdd(pipelineRunId, lease) ? lease : null;
    }

    /// <summary>Tells the run's executor, if it is in this process, that a cancel was asked for; others hear of it by their heartbeat.</summary>
    public void TellCancel(long pipelineRunId)
    {
        if (_held.TryGetValue(pipelineRunId, out var lease))
        {
            lease.Signals.Cancel();
        }
    }

    /// <summary>Tells the run's executor, if it is in this process, that others told the run something; those elsewhere hear of it by their heartbeat.</summary>
    public void TellWoken(long pipelineRunId)
    {
        if (_held.TryGetValue(pipelineRunId, out var lease))
        {
            lease.Signals.Wake(null);
        }
    }

    /// <summary>Tells all executors of this process that something happened which any of their runs may wait for; those that do not only look.</summary>
    public void TellAllWoken()
    {
        foreach (var lease in _held.Values)
        {
            lease.Signals.Wake(null);
        }
    }

    public void Dispose() => _timer?.Dispose();

    private DateTimeOffset ExpiresAt() => _timeProvider.GetStorableNow() + Duration;

    private async Task RenewAsync()
    {
        if (Interlocked.Exchange(ref _isRenewing, true))
        {
            return; // The database is slow: one renewal that waits is enough.
        }

        try
        {
            var held = _held.Values.Where(lease => lease.IsClaimed).ToList();
            if (held.Count == 0)
            {
                return;
            }

            var takenAt = _timeProvider.GetTimestamp();
            var renewed = (await steps.RenewAsync([.. held.Select(lease => lease.Id)], Owner, ExpiresAt())).ToDictionary(lease => lease.Id);
            foreach (var lease in held)
            {
                if (!renewed.TryGetValue(lease.Id, out var news) || news.Token != lease.Token)
                {
                    lease.Signals.LoseLease();
                    continue;
                }

                lease.Renewed(takenAt);
                if (news.CancelRequestedAt is not null)
                {
                    lease.Signals.Cancel();
                }

                if (news.WakeUps > 0)
                {
                    lease.Signals.Wake(news.WakeUps);
                }
            }
        }
        catch (Exception exception) // The next heartbeat tries again; every write is fenced by the lease whatever happens here.
        {
            Log.HeartbeatFailed(logger, exception);
        }
        finally
        {
            Volatile.Write(ref _isRenewing, false);
        }
    }

    /// <summary>A run that this process executes.</summary>
    internal sealed class HeldLease(RunLeases leases, long id, RunLease taken, RunSignals signals) : IDisposable
    {
        private long _takenAt = taken.TakenAt;
        private volatile bool _isClaimed;

        public long Id => id;

        public string Token => taken.Token;

        public RunSignals Signals => signals;

        public bool IsClaimed => _isClaimed;

        /// <summary>The claim succeeded: from now on a heartbeat that does not find the lease means that it is lost.</summary>
        public void Claimed() => _isClaimed = true;

        /// <summary>A heartbeat that was sent at this timestamp found the lease.</summary>
        public void Renewed(long takenAt) => Volatile.Write(ref _takenAt, takenAt);

        /// <summary>How long from now on a block may be started, whatever happens to this process meanwhile; zero or less where the next heartbeat has to tell.</summary>
        public TimeSpan RemainingStartTime => StartTime - leases._timeProvider.GetElapsedTime(Volatile.Read(ref _takenAt));

        public void Dispose() => leases._held.TryRemove(KeyValuePair.Create(id, this));
    }
}
