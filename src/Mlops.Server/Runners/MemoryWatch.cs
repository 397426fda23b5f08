using System.Globalization;

namespace Mlops.Server.Runners;

/// <summary>
/// Samples the memory of a runner five times a second while it is leased: the kernel knows no limit for one process's resident memory. Linux only;
/// elsewhere nothing is watched.
/// </summary>
internal sealed class MemoryWatch : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private readonly string _statusPath;
    private readonly long _limitBytes;
    private readonly Action<string> _exceeded;
    private readonly ITimer _timer;
    private long _peakBefore;

    /// <param name="processId">The runner.</param>
    /// <param name="limitBytes">Memory that it may have.</param>
    /// <param name="exceeded">Called with the reason in words when it has more.</param>
    /// <param name="time">Clock.</param>
    public MemoryWatch(int processId, long limitBytes, Action<string> exceeded, TimeProvider time)
    {
        _statusPath = string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/status");
        (_limitBytes, _exceeded) = (limitBytes, exceeded);
        _timer = time.CreateTimer(_ => Sample(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Memory now, in bytes, as of the last sample; 0 before.</summary>
    public long CurrentBytes { get; private set; }

    /// <summary>The most that it had since <see cref="Start"/>, in bytes, as far as samples show.</summary>
    public long PeakBytes { get; private set; }

    public void Start()
    {
        PeakBytes = 0;
        _timer.Change(Interval, Interval);
    }

    /// <summary>Takes a last sample and rests.</summary>
    public void Stop()
    {
        _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Sample();
        _peakBefore = Math.Max(_peakBefore, PeakBytes);
    }

    public void Dispose() => _timer.Dispose();

    private void Sample()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        var (current, peak) = Read();
        if (current == 0)
        {
            return;
        }

        CurrentBytes = current;

        // The kernel's peak is of the whole life of the process: it counts where it grew since the last lease.
        PeakBytes = Math.Max(PeakBytes, peak > _peakBefore ? peak : current);
        if (current > _limitBytes)
        {
            _exceeded($"it took {Bytes.Of(current)} of memory, more than the {Bytes.Of(_limitBytes)} of MLOPS_RUNNER_MEMORY");
        }
    }

    /// <summary>Zeros where the process has ended: then the file is gone, or is without these lines.</summary>
    private (long Current, long Peak) Read()
    {
        // VmHWM:    178236 kB
        // VmRSS:    175120 kB
        try
        {
            long current = 0, peak = 0;
            foreach (var line in File.ReadLines(_statusPath))
            {
                if (line.StartsWith("VmHWM:", StringComparison.Ordinal))
                {
                    peak = Parse(line);
                }
                else if (line.StartsWith("VmRSS:", StringComparison.Ordinal))
                {
                    current = Parse(line);
                    break;
                }
            }

            return (current, peak);
        }
        catch (IOException)
        {
            return (0, 0);
        }
    }

    private static long Parse(string line) => long.Parse(line.AsSpan()[6..^2].Trim(), CultureInfo.InvariantCulture) * 1024;
}
