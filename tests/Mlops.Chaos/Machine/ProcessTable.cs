using System.Globalization;

namespace Mlops.Chaos.Machine;

/// <summary>Looks at the processes of this machine through <c>/proc</c>.</summary>
internal static class ProcessTable
{
    private const string RunnerProgram = "Mlops.Runner.dll";

    /// <summary>The runners that a server or worker started, in the order of their numbers.</summary>
    public static IReadOnlyList<int> Runners(int parent) =>
        [.. Children(parent).Where(child => Read($"/proc/{child}/cmdline").Contains(RunnerProgram, StringComparison.Ordinal)).Order()];

    /// <summary>Living processes with a text in their environment, such as <c>"4242 sleep 4"</c>.</summary>
    public static IReadOnlyList<(int Id, string Command)> WithEnvironment(string text) =>
    [
        .. from folder in Directory.EnumerateDirectories("/proc")
           let id = int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var number) ? number : 0
           where id > 0 && id != Environment.ProcessId && Read($"/proc/{id}/environ").Split('\0').Contains(text)
           let command = Read($"/proc/{id}/cmdline").Replace('\0', ' ').Trim()
           where command.Length > 0 // A zombie has none.
           select (id, command),
    ];

    /// <summary><c>/proc/42/task/43/children</c> holds <c>57 58 </c>.</summary>
    private static IEnumerable<int> Children(int parent)
    {
        var tasks = $"/proc/{parent}/task";
        return !Directory.Exists(tasks) ? [] : List(tasks)
            .SelectMany(task => Read($"{task}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Select(child => int.Parse(child, CultureInfo.InvariantCulture));
    }

    private static string[] List(string folder)
    {
        try
        {
            return Directory.GetDirectories(folder);
        }
        catch (IOException)
        {
            return []; // The process ended while it was looked at.
        }
    }

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return ""; // It ended, or is somebody else's and so none of ours.
        }
    }
}
