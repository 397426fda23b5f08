using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Mlops.Blocks.Remote;

/// <summary>
/// Programs that users' code started and that left the process group of their runner, as daemons do: known by the folder for temporary files that they
/// inherited, which no other process has. Linux only.
/// </summary>
public static class RunnerOffspring
{
    /// <summary>Ends them, but not what was given another environment on purpose.</summary>
    public static void Kill(string temporaryPath)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        var mark = Encoding.UTF8.GetBytes($"TMPDIR={temporaryPath}\0");
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var processId)
                && processId != Environment.ProcessId
                && ReadEnvironment(folder).IndexOf(mark) >= 0)
            {
                End(processId);
            }
        }
    }

    private static ReadOnlySpan<byte> ReadEnvironment(string folder)
    {
        try
        {
            return File.ReadAllBytes(Path.Combine(folder, "environ"));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return []; // It has ended, or is another user's.
        }
    }

    private static void End(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            process.Kill();
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or Win32Exception)
        {
            // It has ended in the meantime.
        }
    }
}
