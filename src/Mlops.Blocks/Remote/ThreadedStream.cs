namespace Mlops.Blocks.Remote;

/// <summary>
/// A stream that is read by a thread of its own and written by whoever writes. Whatever continues after a read does so on that thread, which is then
/// the loop that reads: messages arrive although users' code has taken every thread of the pool, and two hops between threads sooner than by
/// asynchronous reads.
/// </summary>
internal sealed class ThreadedStream(Stream inner) : Stream
{
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _wanted = new(0);
    private Thread? _reader;
    private Memory<byte> _buffer;
    private TaskCompletionSource<int>? _read;

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Ends with the stream, not with the token: who wants to stop reading disposes the stream.</summary>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (Thread.CurrentThread == _reader)
        {
            return ReadHere(buffer);
        }

        // Its continuations run on the reader: that is how the loop gets there.
        var read = new TaskCompletionSource<int>();
        lock (_gate)
        {
            (_buffer, _read) = (buffer, read);
            if (_reader is null)
            {
                _reader = new Thread(ReadOnDemand) { IsBackground = true, Name = "Runner RPC" };
                _reader.Start();
            }
        }

        _wanted.Release();
        return new ValueTask<int>(read.Task);
    }

    public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

    public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        inner.Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
            _wanted.Release(); // A reader without a read to do finds that out.
        }

        base.Dispose(disposing);
    }

    private ValueTask<int> ReadHere(Memory<byte> buffer)
    {
        try
        {
            return new ValueTask<int>(inner.Read(buffer.Span));
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            return ValueTask.FromException<int>(exception);
        }
    }

    private void ReadOnDemand()
    {
        while (true)
        {
            _wanted.Wait();
            TaskCompletionSource<int>? read;
            Memory<byte> buffer;
            lock (_gate)
            {
                (read, buffer) = (_read, _buffer);
                _read = null;
            }

            if (read is null)
            {
                return;
            }

            Complete(read, ReadHere(buffer));
        }
    }

    private static void Complete(TaskCompletionSource<int> read, ValueTask<int> result)
    {
        if (result.IsCompletedSuccessfully)
        {
            read.SetResult(result.GetAwaiter().GetResult());
        }
        else
        {
            read.SetException(result.AsTask().Exception!.InnerException!);
        }
    }
}
