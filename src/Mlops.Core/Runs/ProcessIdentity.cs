using System.Diagnostics;
using System.Globalization;

namespace Mlops.Core.Runs;

/// <summary>
/// Names a process so that another one on the same machine can tell whether it is still alive: <c>machine|pid|start|instance</c>. A pid that was
/// given to a new process is told apart by its start, a machine of the same name by its boot id, a container by its pid namespace.
/// </summary>
public static class ProcessIdentity
{
    private static readonly string Machine = ReadMachine();

    /// <summary>This process; the last part is unique to the call, so that several workers may live in one process.</summary>
    public static string Create() => Of(Environment.ProcessId);

    /// <summary>A process of this machine that lives.</summary>
    public static string Of(int processId) =>
        string.Create(CultureInfo.InvariantCulture, $"{Machine}|{processId}|{ReadStart(processId)}|{Guid.NewGuid():N}");

    /// <summary>Whether the process that <paramref name="identity"/> names ran on this machine and does not any more. False where that cannot be known.</summary>
    public static bool IsKnownDead(string identity) =>
        identity.Split('|') is [var machine, var pid, var start, _]
        && machine == Machine
        && int.TryParse(pid, CultureInfo.InvariantCulture, out var id)
        && ReadStart(id) != start;

    /// <summary>The pid of the process that <paramref name="identity"/> names; null where it does not run, or not on this machine.</summary>
    public static int? FindLiving(string identity) =>
        identity.Split('|') is [var machine, var pid, var start, _]
        && machine == Machine
        && int.TryParse(pid, CultureInfo.InvariantCulture, out var id)
        && start.Length > 0
        && ReadStart(id) == start
            ? id
            : null;

    /// <summary>When the process started, in a form that is the same whoever asks; null where there is none.</summary>
    private static string? ReadStart(int processId)
    {
        try
        {
            if (!OperatingSystem.IsLinux())
            {
                using var process = Process.GetProcessById(processId);
                return process.StartTime.ToUniversalTime().ToFileTimeUtc().ToString(CultureInfo.InvariantCulture);
            }

            // "42 (a name) S 1 42 42 0 -1 ... starttime ...": the name may hold spaces and brackets; the state is field 3, starttime field 22.
            // A zombie (Z) is dead: its parent has not asked for its exit code yet.
            var stat = File.ReadAllText($"/proc/{processId}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] is "Z" or "X" ? null : fields[19];
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            return null; // There is no such process, which is the answer.
        }
    }

    private static string ReadMachine()
    {
        if (!OperatingSystem.IsLinux())
        {
            return Environment.MachineName;
        }

        var boot = File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();
        return $"{Environment.MachineName}/{boot}/{new FileInfo("/proc/self/ns/pid").LinkTarget}";
    }
}
