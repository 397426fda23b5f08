using System.Globalization;
using System.Text;

namespace Mlops.Blocks.Remote;

/// <summary>Says on standard error which block ended the process by <see cref="Environment.Exit"/>: the exit code alone might be a signal's.</summary>
internal static class RunnerExit
{
    /// <summary>Begins the line by which the server knows it.</summary>
    public const string Prefix = "Environment.Exit(";

    private static readonly AsyncLocal<string?> CurrentBlock = new();

    /// <summary>To be called once, before any code of users runs.</summary>
    public static void Watch() => AppDomain.CurrentDomain.ProcessExit += (_, _) => Report();

    /// <summary>What this flow of execution does from here on is done by a block.</summary>
    public static void Enter(string blockUuid) => CurrentBlock.Value = blockUuid;

    private static void Report()
    {
        // The handler runs on the thread that called Exit. Not through Console, whose lock another thread of the block may hold.
        var who = CurrentBlock.Value is { } block ? $"block '{block}'" : "a thread that a block left behind";
        var line = string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Environment.ExitCode}) was called by {who}\n");
        using var error = Console.OpenStandardError();
        error.Write(Encoding.UTF8.GetBytes(line));
    }
}
