using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Mlops.Blocks.Remote;

/// <summary>
/// A runner and all that users' code started from it, to be ended together. On Unix a process group (and session), on Windows the tree of processes.
/// </summary>
public static class ProcessGroup
{
    private const int SigKill = 9;
    private const int StandardOutput = 1;
    private const int StandardError = 2;
    private const int RLimitCore = 4;

    /// <summary>Makes this process the leader of a group of its own.</summary>
    internal static void Lead()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        // Fails only where it leads one already.
        _ = setsid();
    }

    /// <summary>
    /// Sends what native code prints the same way as errors, so that the server has one stream to read, and forbids core files: writing one would
    /// delay the news of a crash by seconds.
    /// </summary>
    internal static void PrepareOutput()
    {
        if (!OperatingSystem.IsWindows())
        {
            _ = dup2(StandardError, StandardOutput);
            var none = new Limit();
            _ = setrlimit(RLimitCore, in none);
        }
    }

    /// <summary>Ends this process at once, with all that it started.</summary>
    internal static void KillOwn()
    {
        RunnerOffspring.Kill(Path.TrimEndingDirectorySeparator(Path.GetTempPath()));
        if (!OperatingSystem.IsWindows())
        {
            _ = kill(-Environment.ProcessId, SigKill);
        }

        using var self = Process.GetCurrentProcess();
        self.Kill(entireProcessTree: OperatingSystem.IsWindows());
    }

    /// <summary>Ends a process and its group at once, stopped ones too. Does nothing where they have ended.</summary>
    public static void Kill(Process process)
    {
        ArgumentNullException.ThrowIfNull(process);
        try
        {
            KillGroup(process.Id);

            // A process that has not come to lead its group yet.
            process.Kill(entireProcessTree: OperatingSystem.IsWindows());
        }
        catch (Exception exception) when (exception is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            // It has ended by itself, which is what was wanted.
        }
    }

    /// <summary>Ends what is left of the group that the process <paramref name="processId"/> leads or led; does nothing on Windows.</summary>
    public static void KillGroup(int processId)
    {
        if (!OperatingSystem.IsWindows() && processId > 1)
        {
            _ = kill(-processId, SigKill);
        }
    }

    [DllImport("libc")]
    private static extern int setsid();

    [DllImport("libc")]
    private static extern int kill(int processId, int signal);

    [DllImport("libc")]
    private static extern int dup2(int source, int target);

    [DllImport("libc")]
    private static extern int setrlimit(int resource, in Limit limit);

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Limit
    {
        private readonly ulong _soft;
        private readonly ulong _hard;
    }
}
