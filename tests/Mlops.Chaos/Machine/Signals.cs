using System.Runtime.InteropServices;

namespace Mlops.Chaos.Machine;

/// <summary>Signals to processes, by their numbers on Linux.</summary>
internal static class Signals
{
    public const int Kill = 9;
    public const int Terminate = 15;
    public const int Continue = 18;
    public const int Stop = 19;

    /// <summary>Sends a signal; does nothing where there is no such process.</summary>
    public static void Send(int processId, int signal)
    {
        // A number that is not positive would mean a group, or everybody.
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(processId);
        _ = kill(processId, signal);
    }

    [DllImport("libc")]
    private static extern int kill(int processId, int signal);
}
