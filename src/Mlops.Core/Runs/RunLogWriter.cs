using System.Text;
using Microsoft.Extensions.Logging;
using Mlops.Core.Secrets;

namespace Mlops.Core.Runs;

/// <summary>
/// Numbers and stores the lines of one run while it executes. Lines are written in batches, 100 ms after the first of a batch or as soon as 500 wait;
/// those that wait when a block ends are taken along by the step that ends it. At most 2 Mi characters wait: a block that prints faster than the
/// database takes is held up, never buffered without bound.
/// </summary>
internal sealed class RunLogWriter : IDisposable
{
    private const int BufferCharacters = 2 * 1024 * 1024;
    private const int EarlyLines = 500;
    private const int BatchLines = 2000;
    private const int BatchCharacters = BufferCharacters / 2;

    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(100);

    private readonly PipelineRun _run;
    private readonly SecretMask _mask;
    private readonly RunStepStore _steps;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly string _leaseToken;
    private readonly ITimer _timer;
    private readonly object _gate = new();
    private readonly Queue<RunLogLine> _waiting = [];
    private long _lastNumber;
    private long _bufferedCharacters;
    private bool _isClosed;
    private Task _flush = Task.CompletedTask;

    /// <param name="claimed">The run.</param>
    /// <param name="mask">Takes the run's secrets out of every line.</param>
    /// <param name="steps">Stores lines.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="logger">Takes what happens to lines that cannot be stored.</param>
    public RunLogWriter(ClaimedRun claimed, SecretMask mask, RunStepStore steps, TimeProvider timeProvider, ILogger logger)
    {
        _run = claimed.Run;
        _mask = mask;
        _leaseToken = claimed.LeaseToken;
        _lastNumber = claimed.LastLine;
        _steps = steps;
        _timeProvider = timeProvider;
        _logger = logger;
        _timer = timeProvider.CreateTimer(_ => StartFlush(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Adds a line of the run itself.</summary>
    public void Append(RunLogLevel level, string text) => Append(null, 0, new BlockLogLine(_timeProvider.GetUtcNow(), level, text));

    /// <summary>Adds a line; waits while too much is buffered. Lines that come after <see cref="Dispose"/> are dropped.</summary>
    public void Append(string? blockUuid, int attempt, BlockLogLine line)
    {
        var text = Clean(_mask.Apply(line.Text));
        lock (_gate)
        {
            while (_bufferedCharacters > BufferCharacters && !_isClosed)
            {
                Monitor.Wait(_gate);
            }

            if (_isClosed)
            {
                return;
            }

            _waiting.Enqueue(new RunLogLine(++_lastNumber, line.At, line.Level, blockUuid, attempt, text));
            _bufferedCharacters += Cost(text);
            if (_waiting.Count is 1 or EarlyLines)
            {
                _timer.Change(_waiting.Count == 1 ? Delay : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
            }
        }
    }

    /// <summary>
    /// The lines that wait, to be stored by the caller's step. <paramref name="earlier"/> must be awaited before that step is told of: it ends when the
    /// lines before these are durable.
    /// </summary>
    public IReadOnlyList<RunLogLine> Take(out Task earlier)
    {
        lock (_gate)
        {
            earlier = _flush;
            return TakeWaiting(int.MaxValue, int.MaxValue);
        }
    }

    /// <summary>Drops what waits and whatever comes; lets go whoever waits to add.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isClosed = true;
            _waiting.Clear();
            Monitor.PulseAll(_gate);
        }

        _timer.Dispose();
    }

    private void StartFlush()
    {
        lock (_gate)
        {
            if (_flush.IsCompleted && !_isClosed)
            {
                _flush = FlushAsync();
            }
        }
    }

    /// <summary>Writes until nothing waits: while it runs, new lines need no timer.</summary>
    private async Task FlushAsync()
    {
        await Task.Yield(); // The caller holds the lock.
        while (true)
        {
            List<RunLogLine> lines;
            lock (_gate)
            {
                lines = TakeWaiting(BatchLines, BatchCharacters);
                if (lines.Count == 0)
                {
                    // Within the lock: whoever adds the next line finds the flush over and the timer in its own hands.
                    _flush = Task.CompletedTask;
                    return;
                }
            }

            await WriteAsync(lines);
        }
    }

    private async Task WriteAsync(List<RunLogLine> lines)
    {
        try
        {
            if (!await _steps.WriteAsync(_run, new RunStep { PipelineRunId = _run.Id, LeaseToken = _leaseToken, Lines = lines }))
            {
                Dispose(); // The lease is lost: the lines belong to nobody any more.
            }
        }
        catch (Exception exception) // These lines are lost, the run and its further lines are not.
        {
            Log.LogLinesLost(_logger, lines.Count, _run.Id, exception);
        }
    }

    private List<RunLogLine> TakeWaiting(int lineLimit, int characterLimit)
    {
        var lines = new List<RunLogLine>(Math.Min(lineLimit, _waiting.Count));
        for (var characters = 0; lines.Count < lineLimit && characters < characterLimit && _waiting.TryDequeue(out var line);)
        {
            lines.Add(line);
            characters += Cost(line.Text);
            _bufferedCharacters -= Cost(line.Text);
        }

        Monitor.PulseAll(_gate);
        return lines;
    }

    private static int Cost(string text) => text.Length + 64;

    /// <summary>PostgreSQL stores no NUL, and neither database a lone half of a surrogate pair.</summary>
    private static string Clean(string text)
    {
        foreach (var character in text)
        {
            if (character == '\0' || char.IsSurrogate(character))
            {
                return Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)).Replace('\0', '\uFFFD');
            }
        }

        return text;
    }
}
