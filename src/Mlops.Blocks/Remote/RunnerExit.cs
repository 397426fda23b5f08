using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace Mlops.Blocks.Remote;

/// <summary>
/// Says on standard error that a block ended the process by <see cref="Environment.Exit"/>, since the exit code alone might be a signal's. The runtime does
/// not tell who called, so it is one of the blocks that run.
/// </summary>
internal sealed class RunnerExit
{
    private readonly ConcurrentDictionary<long, string> _running = new();

    /// <summary>Watches from now on.</summary>
    public RunnerExit() => AppDomain.CurrentDomain.ProcessExit += (_, _) => Report();

    /// <summary>A block begins.</summary>
    public void Enter(long call, string blockUuid) => _running[call] = blockUuid;

    /// <summary>It ended.</summary>
    public void Leave(long call) => _running.TryRemove(call, out _);

    private void Report()
    {
        var blocks = string.Join(" or ", _running.Values.Order(StringComparer.Ordinal).Select(uuid => $"'{uuid}'"));
        var who = blocks.Length == 0 ? "code that a block left behind" : $"block {blocks}";

        // Not through Console, whose lock a thread of a block may hold for ever.
        using var error = Console.OpenStandardError();
        error.Write(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"Environment.Exit({Environment.ExitCode}) was called by {who}\n")));
    }
}
