using System.Globalization;
using Mlops.Core.Runs;

namespace Mlops.Server.Runners;

/// <summary>How a runner ended.</summary>
/// <param name="ExitCode">128 + n where signal n ended it.</param>
/// <param name="KillReason">Why this server killed it; null where it did not.</param>
/// <param name="PeakBytes">The most memory it had, as far as is known; 0 where it is not.</param>
/// <param name="LimitBytes">Memory that it might have had.</param>
/// <param name="LastWords">What it printed last.</param>
internal sealed record RunnerDeath(int ExitCode, string? KillReason, long PeakBytes, long LimitBytes, string LastWords)
{
    /// <summary>The error's type.</summary>
    public const string ErrorType = "runner_died";

    private const int Signals = 128;
    private const int MaximumWords = 2000;
    private const int SigAbort = 6;
    private const int SigKill = 9;

    /// <summary>Peak memory from which a kill by nobody that we know is taken for the kernel's, as a share of the limit.</summary>
    private const double NearLimit = 0.75;

    private static readonly Dictionary<int, string> SignalNames = new()
    {
        [1] = "SIGHUP",
        [2] = "SIGINT",
        [3] = "SIGQUIT",
        [4] = "SIGILL",
        [5] = "SIGTRAP",
        [SigAbort] = "SIGABRT",
        [7] = "SIGBUS",
        [8] = "SIGFPE",
        [SigKill] = "SIGKILL",
        [11] = "SIGSEGV",
        [13] = "SIGPIPE",
        [15] = "SIGTERM",
        [24] = "SIGXCPU",
        [31] = "SIGSYS",
    };

    /// <summary>The reason in a sentence, without a full stop.</summary>
    public string Reason => KillReason is { } reason ? $"it was ended: {reason}" : Told ?? (IsSignal ? BySignal : string.Create(CultureInfo.InvariantCulture, $"exit code {ExitCode}"));

    /// <summary>The error of a block that ran in it, whether or not it was that block's fault.</summary>
    public BlockError ToError() => new(ErrorType, $"The process that ran this block and others of its run ended: {Reason}.")
    {
        StackTrace = KillReason is null && LastWords.Length > 0 ? LastWords[..Math.Min(LastWords.Length, MaximumWords)].TrimEnd() : null,
    };

    private bool IsSignal => ExitCode > Signals && SignalNames.ContainsKey(ExitCode - Signals);

    private string BySignal
    {
        get
        {
            var signal = string.Create(CultureInfo.InvariantCulture, $"killed by signal {ExitCode - Signals} ({SignalNames[ExitCode - Signals]})");
            if (ExitCode - Signals != SigKill)
            {
                return $"{signal}, which native code that crashes does";
            }

            var memory = PeakBytes == 0 ? "" : $"{Bytes.Of(PeakBytes)} of {Bytes.Of(LimitBytes)}";
            return PeakBytes > NearLimit * LimitBytes
                ? $"{signal}, probably out of memory: {memory}"
                : $"{signal} by another program, or by the system for want of memory{(memory.Length == 0 ? "" : $"; it had {memory}")}";
        }
    }

    /// <summary>What the runtime or the runner itself said about it; null where it is silent.</summary>
    private string? Told
    {
        get
        {
            var lines = LastWords.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            return lines is not [var first, ..] ? null
                : first.StartsWith("Environment.Exit(", StringComparison.Ordinal) ? first
                : first.StartsWith("Stack overflow", StringComparison.Ordinal) ? $"stack overflow{InFrame(lines)}"
                : first.StartsWith("Out of memory", StringComparison.Ordinal) ? $"out of memory: {Bytes.Of(PeakBytes)} of {Bytes.Of(LimitBytes)}"
                : first.StartsWith("Process terminated", StringComparison.Ordinal) ? $"Environment.FailFast{InFrame(lines)}: {Message(lines)}"
                : first.StartsWith("Unhandled exception", StringComparison.Ordinal) ? $"an exception that nobody caught, on a thread that a block started: {first["Unhandled exception.".Length..].Trim()}"
                : first.StartsWith("Fatal error", StringComparison.Ordinal) ? $"native code crashed{InFrame(lines)}{SignalRemark}"
                : null;
        }
    }

    private string SignalRemark => IsSignal ? string.Create(CultureInfo.InvariantCulture, $" (signal {ExitCode - Signals}, {SignalNames[ExitCode - Signals]})") : "";

    /// <summary>The innermost frame that is the user's: <c>   at Loader.Run(Int32)</c>.</summary>
    private static string InFrame(IEnumerable<string> lines)
    {
        var frame = lines.FirstOrDefault(line => line.StartsWith("at ", StringComparison.Ordinal)
            && !line.StartsWith("at System.", StringComparison.Ordinal) && !line.StartsWith("at Microsoft.", StringComparison.Ordinal)
            && !line.StartsWith("at Mlops.Blocks.", StringComparison.Ordinal));
        return frame is null ? "" : $" in {frame["at ".Length..].Split('(')[0]}";
    }

    private static string Message(string[] lines)
    {
        var first = lines[0]["Process terminated".Length..].Trim('.', ' ');
        return first.Length > 0 ? first : lines.Skip(1).FirstOrDefault(line => !line.StartsWith("at ", StringComparison.Ordinal)) ?? "no message";
    }
}
