using System.Globalization;

namespace Mlops.Core.Workers;

/// <summary>The memory of this process and of those that it started.</summary>
internal static class ProcessMemory
{
    private static readonly char[] Space = [' '];

    /// <summary>Resident bytes of this process and, on Linux, of all its descendants; pages that they share count for each.</summary>
    public static long ReadTree()
    {
        var bytes = Environment.WorkingSet;
        if (!OperatingSystem.IsLinux())
        {
            return bytes;
        }

        var waiting = new Stack<string>(Children("self"));
        while (waiting.TryPop(out var process))
        {
            bytes += Resident(process);
            foreach (var child in Children(process))
            {
                waiting.Push(child);
            }
        }

        return bytes;
    }

    /// <summary>Ids of the processes that any thread of a process started: <c>/proc/42/task/43/children</c> holds <c>57 58 </c>.</summary>
    private static IEnumerable<string> Children(string process) =>
        TryRead(() => Directory.GetDirectories($"/proc/{process}/task"), [])
            .SelectMany(task => TryRead(() => File.ReadAllText(task + "/children"), "").Split(Space, StringSplitOptions.RemoveEmptyEntries));

    /// <summary>Second number of <c>/proc/42/statm</c>, in pages.</summary>
    private static long Resident(string process) =>
        TryRead(() => File.ReadAllText($"/proc/{process}/statm"), "").Split(Space) is [_, var pages, ..]
        && long.TryParse(pages, CultureInfo.InvariantCulture, out var count)
            ? count * Environment.SystemPageSize
            : 0;

    private static T TryRead<T>(Func<T> read, T otherwise)
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return otherwise; // The thread or process ended while it was looked at.
        }
    }
}
