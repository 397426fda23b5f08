namespace Mlops.Core.Projects;

/// <summary>How often a block that failed is tried again, and when.</summary>
/// <param name="Retries">Attempts after the first; 0 to 1,000.</param>
/// <param name="Delay">From the failure to the first retry.</param>
/// <param name="MaxDelay">The longest wait, however often it doubled.</param>
/// <param name="ExponentialBackoff">Whether each wait is twice the one before.</param>
public sealed record RetryPolicy(int Retries, TimeSpan Delay, TimeSpan MaxDelay, bool ExponentialBackoff)
{
    /// <summary>No retry.</summary>
    public static RetryPolicy None { get; } = new RetrySettings().Resolve();

    /// <summary>The wait before the next attempt; null where there is none.</summary>
    /// <param name="failures">Attempts that failed so far, at least 1.</param>
    public TimeSpan? DelayAfter(int failures)
    {
        if (failures > Retries)
        {
            return null;
        }

        // 2^40 times a millisecond is 35 years: more doublings change nothing, and the number stays finite.
        var factor = ExponentialBackoff ? Math.Pow(2, Math.Min(failures - 1, 40)) : 1;
        return Delay.TotalSeconds * factor < MaxDelay.TotalSeconds ? Delay * factor : MaxDelay;
    }
}

/// <summary>What one file says of retries, in Mage's words (<c>retry_config</c>); null where it says nothing.</summary>
/// <param name="Retries">Attempts after the first; 0 to 1,000; 0 by default.</param>
/// <param name="Delay">First wait, 0 s to 1 day; 5 s by default.</param>
/// <param name="MaxDelay">The longest wait, 0 s to 1 day; 60 s by default, or <paramref name="Delay"/> where that is longer.</param>
/// <param name="ExponentialBackoff">Whether waits double; true by default.</param>
public sealed record RetrySettings(int? Retries = null, TimeSpan? Delay = null, TimeSpan? MaxDelay = null, bool? ExponentialBackoff = null)
{
    /// <summary>These settings, and those of <paramref name="other"/> where these say nothing.</summary>
    public RetrySettings Over(RetrySettings other) => new(
        Retries ?? other.Retries, Delay ?? other.Delay, MaxDelay ?? other.MaxDelay, ExponentialBackoff ?? other.ExponentialBackoff);

    /// <summary>The policy, with the defaults where nothing is said.</summary>
    public RetryPolicy Resolve()
    {
        var delay = Delay ?? TimeSpan.FromSeconds(5);
        var usual = TimeSpan.FromSeconds(60);
        return new RetryPolicy(Retries ?? 0, delay, MaxDelay ?? (delay > usual ? delay : usual), ExponentialBackoff ?? true);
    }
}
