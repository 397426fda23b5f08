using System.Threading.Channels;
using Mlops.Core.Runs.Calls;

namespace Mlops.Core.Runs;

/// <summary>
/// What the worker of a run is told, from any thread, in the order of arrival. Bounded by what can be told: a few for each block that was started,
/// and a few others.
/// </summary>
internal sealed class RunSignals
{
    // Whoever tells goes on as the worker where that waits: the worker never blocks, and a hop to another thread would come between any two blocks.
    private readonly Channel<RunSignal> _channel = Channel.CreateUnbounded<RunSignal>(
        new UnboundedChannelOptions { SingleReader = true, AllowSynchronousContinuations = true });

    /// <summary>Somebody asked to cancel the run; may be told more than once.</summary>
    public void Cancel() => Tell(new RunSignal(RunSignalKind.Cancel));

    /// <summary>Another worker has the run.</summary>
    public void LoseLease() => Tell(new RunSignal(RunSignalKind.LeaseLost));

    /// <summary>This worker is stopping.</summary>
    public void Stop() => Tell(new RunSignal(RunSignalKind.Stopping));

    /// <summary>Blocks had time enough to stop.</summary>
    public void EndGrace() => Tell(new RunSignal(RunSignalKind.GraceOver));

    /// <summary>The run took as long as it may.</summary>
    public void EndTime() => Tell(new RunSignal(RunSignalKind.TimeOver));

    /// <summary>A block that waits to be tried again is due.</summary>
    public void Retry() => Tell(new RunSignal(RunSignalKind.RetryDue));

    /// <summary>Others told the run something that it may wait for.</summary>
    /// <param name="wakeUps">How often by now, as far as known; null for more often than before.</param>
    public void Wake(long? wakeUps) => Tell(new RunSignal(RunSignalKind.Woken) { WakeUps = wakeUps });

    /// <summary>The attempt of a block took as long as it may.</summary>
    public void EndTime(BlockRun block) => Tell(new RunSignal(RunSignalKind.BlockTimeOver) { Block = block });

    /// <summary>A block that took too long had time enough to stop.</summary>
    public void EndGrace(BlockRun block) => Tell(new RunSignal(RunSignalKind.BlockGraceOver) { Block = block });

    /// <summary>The code of a block ended.</summary>
    public void End(BlockEnd end) => Tell(new RunSignal(RunSignalKind.BlockEnded) { End = end });

    /// <summary>Waits for a signal.</summary>
    public async Task WaitAsync() => await _channel.Reader.WaitToReadAsync(CancellationToken.None);

    /// <summary>The next signal, if one is there.</summary>
    public bool TryTake(out RunSignal signal) => _channel.Reader.TryRead(out signal);

    private void Tell(RunSignal signal) => _channel.Writer.TryWrite(signal);
}

/// <summary>Something that a worker is told.</summary>
/// <param name="Kind">What happened.</param>
internal readonly record struct RunSignal(RunSignalKind Kind)
{
    /// <summary>How the block ended, for <see cref="RunSignalKind.BlockEnded"/>.</summary>
    public BlockEnd? End { get; init; }

    /// <summary>How often others told the run something, for <see cref="RunSignalKind.Woken"/>; null where that is not known.</summary>
    public long? WakeUps { get; init; }

    /// <summary>The block as it was started, for <see cref="RunSignalKind.BlockTimeOver"/> and <see cref="RunSignalKind.BlockGraceOver"/>.</summary>
    public BlockRun? Block { get; init; }
}

/// <summary>What happened.</summary>
internal enum RunSignalKind
{
    BlockEnded,
    BlockTimeOver,
    BlockGraceOver,
    RetryDue,
    Woken,
    Cancel,
    TimeOver,
    Stopping,
    GraceOver,
    LeaseLost,
}

/// <summary>How the code of a block ended.</summary>
/// <param name="BlockUuid">The block.</param>
/// <param name="Attempt">The attempt that ended; an end of an earlier one than the current says nothing any more.</param>
/// <param name="Result">What the session said; null where it was interrupted.</param>
/// <param name="Outputs">Its outputs with their paths filled in.</param>
/// <param name="WasInterrupted">Whether it stopped because it was asked to.</param>
internal sealed record BlockEnd(string BlockUuid, int Attempt, BlockResult? Result, IReadOnlyList<BlockOutput> Outputs, bool WasInterrupted = false)
{
    /// <summary>Whether it was not run because one of its conditions did not hold.</summary>
    public bool IsLeftOut { get; init; }

    /// <summary>The run that the block is and waits for; null where it ended.</summary>
    public CalledRun? WaitsFor { get; init; }
}
