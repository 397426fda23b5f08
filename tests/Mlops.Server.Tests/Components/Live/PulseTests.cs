using Microsoft.Extensions.Time.Testing;
using Mlops.Server.Components.Live;

namespace Mlops.Server.Tests.Components.Live;

public sealed class PulseTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly SemaphoreSlim _called = new(0);
    private int _calls;

    public void Dispose() => _called.Dispose();

    [Fact]
    public async Task The_first_beat_is_answered_at_once()
    {
        using var pulse = new Pulse(CallAsync, _time);

        pulse.Beat();

        await NextCallAsync();
        Assert.Equal(1, _calls);
    }

    [Fact]
    public async Task Many_beats_make_one_more_call_after_the_interval()
    {
        using var pulse = new Pulse(CallAsync, _time);
        pulse.Beat();
        await NextCallAsync();
        for (var i = 0; i < 1_000; i++)
        {
            pulse.Beat();
        }

        await AdvanceUntilCalledAsync();
        Assert.Equal(2, _calls);

        pulse.Beat();
        await AdvanceUntilCalledAsync();
        Assert.Equal(3, _calls);
    }

    [Fact]
    public async Task A_disposed_pulse_ends_its_source_and_calls_no_more()
    {
        var source = new Source();
        var pulse = new Pulse(CallAsync, _time);
        pulse.EndsWith(source);

        pulse.Dispose();
        pulse.Beat();
        await pulse.Calls;

        Assert.True(source.IsDisposed);
        Assert.Equal(0, _calls);
    }

    private Task CallAsync()
    {
        _calls++;
        _called.Release();
        return Task.CompletedTask;
    }

    private async Task NextCallAsync() => Assert.True(await _called.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));

    /// <summary>The pulse starts its wait on a thread of the pool: the clock is moved until it was seen.</summary>
    private async Task AdvanceUntilCalledAsync()
    {
        while (!await _called.WaitAsync(TimeSpan.FromMilliseconds(1), TestContext.Current.CancellationToken))
        {
            _time.Advance(Pulse.Interval);
        }
    }

    private sealed class Source : IDisposable
    {
        public bool IsDisposed { get; private set; }

        public void Dispose() => IsDisposed = true;
    }
}
