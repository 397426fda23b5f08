using System.Threading.Channels;

namespace Mlops.Core.Runs;

/// <summary>
/// What the worker of a run is told, from any thread, in the order of arrival. Bounded by what can be told: one end for each block that was started,
/// and a few others.
/// </summary>
internal sealed class RunSignals
{
    private readonly Channel<RunSignal> _channel = Channel.CreateUnbounded<RunSignal>(new UnboundedChannelOptions { SingleReader = true });

    /// <summary>Somebody asked to cancel the run; may be told more than once.</summary>
    public void Cancel() => _channel.Writer.TryWrite(new RunSignal(RunSignalKind.Cancel));

    /// <summary>Another worker has the run.</summary>
    public void LoseLease() => _channel.Writer.TryWrite(new RunSignal(RunSignalKind.LeaseLost));

    /// <summary>This worker is stopping.</summary>
    public void Stop() => _channel.Writer.TryWrite(new RunSignal(RunSignalKind.Stopping));

    /// <summary>Blocks had time enough to stop.</summary>
    public void EndGrace() => _channel.Writer.TryWrite(new RunSignal(RunSignalKind.GraceOver));

    /// <summary>The code of a block ended.</summary>
    public void End(BlockEnd end) => _channel.Writer.TryWrite(new RunSignal(RunSignalKind.BlockEnded, end));

    /// <summary>Waits for a signal.</summary>
    public async Task WaitAsync() => await _channel.Reader.WaitToReadAsync(CancellationToken.None);

    /// <summary>The next signal, if one is there.</summary>
    public bool TryTake(out RunSignal signal) => _channel.Reader.TryRead(out signal);
}

/// <summary>Something that a worker is told.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="End">How the block ended, for <see cref="RunSignalKind.BlockEnded"/>.</param>
internal readonly record struct RunSignal(RunSignalKind Kind, BlockEnd? End = null);

/// <summary>What happened.</summary>
internal enum RunSignalKind
{
    BlockEnded,
    Cancel,
    Stopping,
    GraceOver,
    LeaseLost,
}

/// <summary>How the code of a block ended.</summary>
/// <param name="BlockUuid">The block.</param>
/// <param name="Result">What the session said; null where it was interrupted.</param>
/// <param name="Outputs">Its outputs with their paths filled in.</param>
/// <param name="WasInterrupted">Whether it stopped because it was asked to.</param>
internal sealed record BlockEnd(string BlockUuid, BlockResult? Result, IReadOnlyList<BlockOutput> Outputs, bool WasInterrupted = false);
