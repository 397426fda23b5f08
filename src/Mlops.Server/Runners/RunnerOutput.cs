using System.Text;

namespace Mlops.Server.Runners;

/// <summary>
/// What a runner prints beside its blocks (native code, the runtime's last words). Read all the time, since a full pipe would stop the runner; goes to
/// the log of the server line by line. Of the last words at most 8 Ki characters are kept.
/// </summary>
internal sealed class RunnerOutput
{
    private const int MaximumCharacters = 8 * 1024;
    private const int MaximumLine = 4 * 1024;

    private static readonly string[] LastWords =
        ["Stack overflow", "Out of memory", "Process terminated", "Unhandled exception", "Fatal error", "Environment.Exit(", "Failed to", "You must install"];

    private readonly Lock _gate = new();
    private readonly StringBuilder _kept = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _areLast;

    /// <param name="stream">Standard error of the runner.</param>
    /// <param name="print">Takes each line.</param>
    public RunnerOutput(StreamReader stream, Action<string> print)
    {
        // A thread of its own: reads of such a pipe would block one of the pool.
        var thread = new Thread(() => Read(stream, print)) { IsBackground = true, Name = "Runner output" };
        thread.Start();
    }

    /// <summary>Ends when nobody can print any more.</summary>
    public Task Ended => _ended.Task;

    /// <summary>What it said last: from the first line on that tells of an end, else the last lines of all.</summary>
    public string Words
    {
        get
        {
            lock (_gate)
            {
                return _kept.ToString();
            }
        }
    }

    private void Read(StreamReader stream, Action<string> print)
    {
        var line = new StringBuilder();
        var buffer = new char[4096];
        while (TryRead(stream, buffer) is > 0 and var count)
        {
            foreach (var character in buffer.AsSpan(0, count))
            {
                if (character == '\n')
                {
                    Take(line, print);
                }
                else if (line.Length < MaximumLine)
                {
                    line.Append(character);
                }
            }
        }

        Take(line, print);
        _ended.SetResult();
    }

    private static int TryRead(StreamReader stream, char[] buffer)
    {
        try
        {
            return stream.Read(buffer);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            return 0;
        }
    }

    private void Take(StringBuilder pending, Action<string> print)
    {
        var line = pending.ToString().TrimEnd('\r');
        pending.Clear();
        if (line.Length == 0)
        {
            return;
        }

        lock (_gate)
        {
            if (!_areLast && LastWords.Any(word => line.StartsWith(word, StringComparison.Ordinal)))
            {
                _areLast = true;
                _kept.Clear();
            }

            if (!_areLast || _kept.Length < MaximumCharacters)
            {
                _kept.Append(line).Append('\n');
            }

            if (_kept.Length > MaximumCharacters && !_areLast)
            {
                _kept.Remove(0, _kept.Length - MaximumCharacters);
            }
        }

        print(line);
    }
}
