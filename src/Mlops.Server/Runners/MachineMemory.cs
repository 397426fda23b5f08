using System.Globalization;

namespace Mlops.Server.Runners;

/// <summary>Memory of this machine, or of the container or service that this process is in.</summary>
internal static class MachineMemory
{
    private const string Root = "/sys/fs/cgroup";

    /// <summary>In bytes.</summary>
    public static long ReadBytes() => Math.Min(ReadGroupLimit() ?? long.MaxValue, ReadTotal());

    private static long ReadTotal()
    {
        // MemTotal:       24689764 kB
        var total = OperatingSystem.IsLinux() ? File.ReadLines("/proc/meminfo").FirstOrDefault(line => line.StartsWith("MemTotal:", StringComparison.Ordinal)) : null;
        return total is null
            ? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes
            : long.Parse(total["MemTotal:".Length..].Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture) * 1024;
    }

    /// <summary>The least limit from this process's control group (version 2) upwards; null where there is none.</summary>
    private static long? ReadGroupLimit()
    {
        // 0::/system.slice/mlops.service
        const string prefix = "0::/";
        if (!OperatingSystem.IsLinux() || File.ReadLines("/proc/self/cgroup").FirstOrDefault(line => line.StartsWith(prefix, StringComparison.Ordinal)) is not { } own)
        {
            return null;
        }

        long? least = null;
        for (var folder = Path.Combine(Root, own[prefix.Length..]); folder.StartsWith(Root, StringComparison.Ordinal); folder = Path.GetDirectoryName(folder)!)
        {
            var file = Path.Combine(folder, "memory.max");
            if (File.Exists(file) && long.TryParse(File.ReadAllText(file), CultureInfo.InvariantCulture, out var limit))
            {
                least = Math.Min(least ?? limit, limit);
            }
        }

        return least;
    }
}
