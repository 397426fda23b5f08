using System.Globalization;
using System.IO.Enumeration;
using System.Text.Json;

namespace Mlops.Core.Triggers.Events;

/// <summary>
/// Finds files in a folder. One that is being written is only known to be there: it is complete when size and time of change were the same at two looks a
/// second apart. Reports of the system make a look come sooner; where it has none to give, the interval of the trigger does.
/// </summary>
internal sealed class FileWatch(WatchedEvents trigger, Func<string> resolve, FolderReports reports, Action wake, TimeProvider timeProvider) : IEventWatch
{
    /// <summary>Files of a folder; more are a mistake, or a case for narrower folders.</summary>
    internal const int MaxFiles = 100_000;

    private static readonly TimeSpan UsualInterval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, Sighting> _seen = new(StringComparer.Ordinal);
    private IDisposable? _report;

    public Task<EventLook> LookAsync(EventStand from, CancellationToken cancellationToken)
    {
        var folder = resolve();
        Report(folder);
        var files = List(folder, cancellationToken);
        var gone = _seen.Keys.Except(files.Select(file => file.Path)).ToList();
        gone.ForEach(path => _seen.Remove(path));
        var events = files.Select(file => ToEvent(folder, file)).ToList();
        var next = events.TrueForAll(found => found.IsSettled) ? trigger.Settings.Seconds(EventKey.Interval.Name, UsualInterval) : Settling;
        return Task.FromResult(new EventLook(events, next) { ListsAll = true });
    }

    public void Dispose() => _report?.Dispose();

    private List<FileSight> List(string folder, CancellationToken cancellationToken)
    {
        var pattern = trigger.Settings.Text("pattern") ?? "*";
        var hidden = pattern.StartsWith('.');
        try
        {
            var found = new FileSystemEnumerable<FileSight>(
                folder,
                (ref FileSystemEntry entry) => new FileSight(entry.ToFullPath(), entry.Length, entry.LastWriteTimeUtc, entry.CreationTimeUtc),
                new EnumerationOptions { RecurseSubdirectories = trigger.Settings.Flag("recursive"), AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = false })
            {
                ShouldIncludePredicate = (ref FileSystemEntry entry) => !entry.IsDirectory && (hidden || entry.FileName[0] != '.')
                    && FileSystemName.MatchesSimpleExpression(pattern, entry.FileName, ignoreCase: false),
            };
            var files = new List<FileSight>();
            foreach (var file in found)
            {
                cancellationToken.ThrowIfCancellationRequested();
                files.Add(file);
                if (files.Count > MaxFiles)
                {
                    throw new EventException($"The folder {trigger.Settings.Text("path")} holds more than {MaxFiles:N0} files that fit. Move those that are done elsewhere, or narrow event.pattern.");
                }
            }

            return [.. files.OrderBy(file => file.ChangedAt).ThenBy(file => file.Path, StringComparer.Ordinal)];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new EventException($"The folder {trigger.Settings.Text("path")} cannot be looked at: {exception.Message} Make it, and let the server read it.", exception);
        }
    }

    private FoundEvent ToEvent(string folder, FileSight file)
    {
        if (!_seen.TryGetValue(file.Path, out var sighting) || sighting.File.Size != file.Size || sighting.File.ChangedAt != file.ChangedAt)
        {
            _seen[file.Path] = sighting = new Sighting(file, timeProvider.GetTimestamp());
        }

        var path = Path.GetRelativePath(folder, file.Path);
        var key = string.Create(CultureInfo.InvariantCulture, $"{path}|{file.Size}|{file.ChangedAt.UtcTicks}");

        // A file that was moved here keeps the time at which it was changed last; one that was written here was made here.
        var arrived = file.CreatedAt > file.ChangedAt ? file.CreatedAt : file.ChangedAt;
        return new FoundEvent(key, arrived, () => new Dictionary<string, JsonElement>
        {
            ["type"] = JsonSerializer.SerializeToElement("file"),
            ["path"] = JsonSerializer.SerializeToElement(file.Path),
            ["name"] = JsonSerializer.SerializeToElement(path),
            ["size"] = JsonSerializer.SerializeToElement(file.Size),
            ["modified_at"] = JsonSerializer.SerializeToElement(file.ChangedAt),
        })
        {
            IsSettled = timeProvider.GetElapsedTime(sighting.At) >= Settling,
        };
    }

    /// <summary>Has the system report changes, where it can; a folder that came back is another one.</summary>
    private void Report(string folder)
    {
        if (!Directory.Exists(folder))
        {
            _report?.Dispose();
            _report = null;
            return;
        }

        _report ??= reports.TryBegin(folder, trigger.Settings.Flag("recursive"), wake);
    }

    /// <summary>A file as it is at a look.</summary>
    private readonly record struct FileSight(string Path, long Size, DateTimeOffset ChangedAt, DateTimeOffset CreatedAt);

    /// <summary>Since when a file is as it is, by the monotonic clock.</summary>
    private readonly record struct Sighting(FileSight File, long At);
}
