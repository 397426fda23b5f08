using System.Text.Json;
using Microsoft.Extensions.Logging;
using Mlops.Core.Projects;

namespace Mlops.Core.Triggers.Events;

/// <summary>
/// Files that arrive in a folder: <c>event: {type: file, path: data/inbox, pattern: "*.csv", recursive: false, interval: 30}</c>. The folder is in the
/// project, or in one of <see cref="MlopsCoreOptions.WatchedFolders"/>.
/// </summary>
internal sealed class FileEventSource(MlopsCoreOptions options, TimeProvider timeProvider, ILogger<FileEventSource> logger) : IEventSource
{
    private readonly FolderReports _reports = new(logger);

    public string Word => "file";

    public bool IsCalled => false;

    public IReadOnlyList<EventKey> Keys { get; } =
    [
        EventKey.Text("path", "a folder of the project, such as data/inbox", isRequired: true),
        new EventKey("pattern", "names of files with * and ?, such as *.csv", value => value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text && !text.Contains('/', StringComparison.Ordinal)),
        new EventKey("recursive", "true or false", value => value.ValueKind is JsonValueKind.True or JsonValueKind.False),
        EventKey.Interval,
    ];

    public string? FindProblem(EventSettings settings)
    {
        var path = settings.Text("path")!;
        return Path.IsPathRooted(path)
            ? FindRoot(path) is null ? Refusal(path) : null
            : ProjectPaths.WhyNot(path.TrimEnd('/'));
    }

    public IEventWatch Watch(WatchedEvents trigger, Action wake) => new FileWatch(trigger, () => Resolve(trigger), _reports, wake, timeProvider);

    /// <exception cref="EventException">The folder is not in an allowed place, links followed.</exception>
    private string Resolve(WatchedEvents trigger)
    {
        var path = trigger.Settings.Text("path")!.TrimEnd('/');
        if (!Path.IsPathRooted(path))
        {
            return ProjectPaths.TryResolve(trigger.Project.DirectoryPath, path, out var folder) is { } problem ? throw new EventException(problem) : folder;
        }

        var root = FindRoot(path) ?? throw new EventException(Refusal(path));
        var below = Path.GetRelativePath(root, path);
        return below == "." ? root
            : ProjectPaths.TryResolve(root, below, out var full) is { } outside ? throw new EventException(outside)
            : full;
    }

    /// <summary>The folder that the operator allowed and the path is in; null for none.</summary>
    private string? FindRoot(string path) => path.Split('/').Contains("..")
        ? null
        : options.WatchedFolders.FirstOrDefault(root => Path.GetRelativePath(root, path) is var below && below != ".." && !below.StartsWith("../", StringComparison.Ordinal) && !Path.IsPathRooted(below));

    private static string Refusal(string path) =>
        $"event.path is '{path}', which is in no folder that may be watched. Write a path in the project, such as data/inbox, or let the operator allow the folder by MLOPS_WATCHED_FOLDERS.";
}
