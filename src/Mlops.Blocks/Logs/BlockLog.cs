using Mlops.Core.Runs;

namespace Mlops.Blocks.Logs;

/// <summary>
/// The lines of one block run. Console text arrives in pieces and leaves as whole lines; the code that runs in the block's flow of execution
/// (its tasks and threads too) finds its log as <see cref="Current"/>. Thread-safe.
/// </summary>
internal sealed class BlockLog(Action<BlockLogLine> write, TimeProvider clock)
{
    private static readonly AsyncLocal<BlockLog?> CurrentLog = new();

    private readonly Lock _gate = new();
    private readonly LineBuffer _output = new();
    private readonly LineBuffer _error = new();
    private readonly Queue<BlockLogLine> _pending = new();
    private readonly Lock _delivery = new();
    private bool _closed;

    /// <summary>The log of the block whose code is running here; null outside of blocks.</summary>
    public static BlockLog? Current => CurrentLog.Value;

    /// <summary>Makes this the log of everything that runs from here on in this flow of execution.</summary>
    public void Enter() => CurrentLog.Value = this;

    /// <summary>Takes a piece of console text. False when the block has ended: a thread that it left behind is still writing.</summary>
    public bool Append(bool isError, ReadOnlySpan<char> text)
    {
        lock (_gate)
        {
            if (_closed)
            {
                return false;
            }

            var (buffer, level) = isError ? (_error, RunLogLevel.Error) : (_output, RunLogLevel.Info);
            for (var end = text.IndexOf('\n'); end >= 0; end = text.IndexOf('\n'))
            {
                buffer.Append(text[..end]);
                Emit(level, buffer.Take());
                text = text[(end + 1)..];
            }

            buffer.Append(text);
        }

        Deliver();
        return true;
    }

    /// <summary>Writes a whole message, one line for each of its lines.</summary>
    public void Write(RunLogLevel level, string message)
    {
        lock (_gate)
        {
            if (_closed)
            {
                return;
            }

            foreach (var line in message.AsSpan().TrimEnd("\r\n").EnumerateLines())
            {
                var buffer = new LineBuffer();
                buffer.Append(line);
                Emit(level, buffer.Take());
            }
        }

        Deliver();
    }

    /// <summary>Writes what is left of unfinished lines; nothing is taken after that.</summary>
    public void Close()
    {
        lock (_gate)
        {
            if (!_output.IsEmpty)
            {
                Emit(RunLogLevel.Info, _output.Take());
            }

            if (!_error.IsEmpty)
            {
                Emit(RunLogLevel.Error, _error.Take());
            }

            _closed = true;
        }

        lock (_delivery)
        {
            DeliverPending();
        }
    }

    private void Emit(RunLogLevel level, string text) => _pending.Enqueue(new BlockLogLine(clock.GetUtcNow(), level, text));

    /// <summary>
    /// Hands on what is pending, one thread at a time and with <see cref="_gate"/> free: the taker may write to the console, whose own lock
    /// another thread of the block may hold while it waits for the gate. A thread that finds another at it leaves its lines to that one.
    /// </summary>
    private void Deliver()
    {
        while (HasPending() && _delivery.TryEnter())
        {
            try
            {
                DeliverPending();
            }
            finally
            {
                _delivery.Exit();
            }
        }
    }

    private void DeliverPending()
    {
        // What the taker writes to the console is not the block's: it would come back here for ever.
        var current = CurrentLog.Value;
        CurrentLog.Value = null;
        try
        {
            while (TakePending() is { } line)
            {
                write(line);
            }
        }
        finally
        {
            CurrentLog.Value = current;
        }
    }

    private bool HasPending()
    {
        lock (_gate)
        {
            return _pending.Count > 0;
        }
    }

    private BlockLogLine? TakePending()
    {
        lock (_gate)
        {
            return _pending.TryDequeue(out var line) ? line : null;
        }
    }
}
