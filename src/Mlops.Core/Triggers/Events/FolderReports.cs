using Microsoft.Extensions.Logging;

namespace Mlops.Core.Triggers.Events;

/// <summary>Changes in folders as the system reports them, for a bounded number of folders: each costs one of the few handles that a user has (128 by default on Linux).</summary>
internal sealed class FolderReports(ILogger logger)
{
    private const int MaxFolders = 32;

    private int _count;

    /// <summary>Has changes in a folder reported until the result is disposed.</summary>
    /// <param name="folder">Absolute path of the folder, which exists.</param>
    /// <param name="recursive">Whether folders in it count.</param>
    /// <param name="changed">Called at a change, on any thread.</param>
    /// <returns>Null where the system reports nothing, or there are enough folders.</returns>
    public IDisposable? TryBegin(string folder, bool recursive, Action changed)
    {
        if (Interlocked.Increment(ref _count) > MaxFolders)
        {
            Interlocked.Decrement(ref _count);
            return null;
        }

        FileSystemWatcher? watcher = null;
        try
        {
            watcher = new FileSystemWatcher(folder) { IncludeSubdirectories = recursive, NotifyFilter = NotifyFilters.FileName | NotifyFilters.LastWrite | NotifyFilters.Size };
            watcher.Created += (_, _) => changed();
            watcher.Changed += (_, _) => changed();
            watcher.Renamed += (_, _) => changed();
            watcher.Error += (_, _) => changed();
            watcher.EnableRaisingEvents = true;
            return new Report(watcher, this);
        }
        catch (Exception exception) when (exception is ArgumentException or IOException or UnauthorizedAccessException or PlatformNotSupportedException)
        {
            Log.FolderNotReported(logger, folder, exception.Message);
            watcher?.Dispose();
            Interlocked.Decrement(ref _count);
            return null;
        }
    }

    private sealed class Report(FileSystemWatcher watcher, FolderReports reports) : IDisposable
    {
        private int _isOver;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isOver, 1) == 0)
            {
                watcher.Dispose();
                Interlocked.Decrement(ref reports._count);
            }
        }
    }
}
