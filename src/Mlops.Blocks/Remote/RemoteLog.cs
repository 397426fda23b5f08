using System.Runtime.InteropServices;
using Mlops.Core.Runs;

namespace Mlops.Blocks.Remote;

/// <summary>
/// The lines of all blocks of a runner on their way to the server. One message is under way at a time; lines that come meanwhile are the next one, so
/// that many lines cost few messages. Whoever writes waits while more than 1 Mi characters wait. Thread-safe.
/// </summary>
/// <param name="send">Sends lines; ends when the server has handed them on.</param>
internal sealed class RemoteLog(Func<IReadOnlyList<LogMessage>, Task> send)
{
    private const int MaxWaitingCharacters = 1024 * 1024;
    private const int LineCost = 64;

    private readonly object _gate = new();
    private readonly Dictionary<long, int> _linesByCall = [];
    private readonly Dictionary<long, TaskCompletionSource> _flushes = [];
    private List<LogMessage> _waiting = [];
    private int _waitingCharacters;
    private bool _isSending;

    /// <summary>Adds a line; waits while too much is on its way.</summary>
    public void Append(long call, BlockLogLine line)
    {
        lock (_gate)
        {
            while (_waitingCharacters > MaxWaitingCharacters)
            {
                Monitor.Wait(_gate);
            }

            _waiting.Add(new LogMessage(call, line));
            _waitingCharacters += line.Text.Length + LineCost;
            CollectionsMarshal.GetValueRefOrAddDefault(_linesByCall, call, out _)++;
            if (_isSending)
            {
                return;
            }

            _isSending = true;
        }

        _ = SendAsync();
    }

    /// <summary>Ends when every line of the call, which must not add any more, has been handed on by the server; to be called once.</summary>
    public Task FlushAsync(long call)
    {
        lock (_gate)
        {
            if (!_linesByCall.ContainsKey(call))
            {
                return Task.CompletedTask;
            }

            var flushed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _flushes.Add(call, flushed);
            return flushed.Task;
        }
    }

    private async Task SendAsync()
    {
        while (Take() is { } lines)
        {
            try
            {
                await send(lines);
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                // Nobody takes these lines: the server is gone, which ends this process too, or failed at them. Blocks must not wait for ever.
                await Console.Error.WriteLineAsync($"{lines.Count} log lines were lost: {exception.Message}");
            }

            Delivered(lines);
        }
    }

    /// <summary>All that waits; null where nothing does, and nothing is under way any more.</summary>
    private List<LogMessage>? Take()
    {
        lock (_gate)
        {
            if (_waiting.Count == 0)
            {
                _isSending = false;
                return null;
            }

            var lines = _waiting;
            (_waiting, _waitingCharacters) = ([], 0);
            Monitor.PulseAll(_gate);
            return lines;
        }
    }

    private void Delivered(List<LogMessage> lines)
    {
        lock (_gate)
        {
            foreach (var (call, _) in lines)
            {
                ref var left = ref CollectionsMarshal.GetValueRefOrNullRef(_linesByCall, call);
                if (--left > 0)
                {
                    continue;
                }

                _linesByCall.Remove(call);
                if (_flushes.Remove(call, out var flushed))
                {
                    flushed.SetResult();
                }
            }
        }
    }
}
