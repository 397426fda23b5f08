using System.Threading.Channels;

namespace Mlops.Server.Components.Live;

/// <summary>Turns any number of beats into calls that are at least 250 ms apart. Holds at most one beat that waits.</summary>
internal sealed class Pulse : IDisposable
{
    /// <summary>Four paintings a second at most.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private readonly Channel<bool> _beats = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource _ended = new();
    private IDisposable? _source;

    public Pulse(Func<Task> call, TimeProvider time)
    {
        var ended = _ended.Token;
        Calls = Task.Run(() => CallAsync(call, time, ended), CancellationToken.None);
    }

    /// <summary>Ends when this is disposed or a call throws.</summary>
    public Task Calls { get; }

    /// <summary>Asks for a call; returns at once.</summary>
    public void Beat() => _beats.Writer.TryWrite(true);

    /// <summary>Disposes <paramref name="source"/> of the beats with this.</summary>
    public void EndsWith(IDisposable source) => _source = source;

    public void Dispose()
    {
        _source?.Dispose();
        _beats.Writer.TryComplete();
        _ended.Cancel();
        _ended.Dispose();
    }

    private async Task CallAsync(Func<Task> call, TimeProvider time, CancellationToken ended)
    {
        try
        {
            while (await _beats.Reader.WaitToReadAsync(ended))
            {
                _beats.Reader.TryRead(out _);
                await call();
                await Task.Delay(Interval, time, ended);
            }
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // Disposed: nobody listens any more.
        }
    }
}
