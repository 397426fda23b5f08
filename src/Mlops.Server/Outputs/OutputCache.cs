using Mlops.Core.Runs.Outputs;

namespace Mlops.Server.Outputs;

/// <summary>
/// This machine's copies of outputs that are kept in an object store. Bounded: what was not used for the longest time goes first. Left alone are the runs
/// that this process executes, since files of theirs may not be in the store yet, and what was used just now, since other processes of this machine may
/// share the folder; so the bound may be passed by what is in use.
/// </summary>
internal sealed class OutputCache(string path, long maxBytes, HeldRuns heldRuns, TimeProvider timeProvider, ILogger logger)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(10);

    private readonly Lock _counting = new();
    private long? _bytes;
    private long _bytesSinceScan;
    private Task _trimming = Task.CompletedTask;

    /// <summary>Absolute path of its folder.</summary>
    public string Path => path;

    /// <summary>Absolute path of a file in it.</summary>
    /// <param name="relativePath">Path of an output, with forward slashes; made by Core, never by a request.</param>
    public string PathOf(string relativePath) => System.IO.Path.Combine(path, relativePath);

    /// <summary>Notes that a file is used, if it is here with that size.</summary>
    /// <returns>Whether it is.</returns>
    public bool Use(string relativePath, long sizeBytes)
    {
        var file = new FileInfo(PathOf(relativePath));
        try
        {
            // After a power cut a name may be there before its content.
            if (!file.Exists || file.Length != sizeBytes)
            {
                return false;
            }

            file.LastAccessTimeUtc = timeProvider.GetUtcNow().UtcDateTime;
            return true;
        }
        catch (IOException)
        {
            return false; // Removed at this moment.
        }
    }

    /// <summary>Counts what was added, and begins to make room where it is too much.</summary>
    public void Added(long sizeBytes)
    {
        lock (_counting)
        {
            _bytes += sizeBytes;
            _bytesSinceScan += sizeBytes;
            if ((_bytes is null || _bytes > maxBytes) && _trimming.IsCompleted)
            {
                _trimming = Task.Run(Trim);
            }
        }
    }

    /// <summary>Removes a run's copies.</summary>
    public void Delete(string runFolder)
    {
        try
        {
            Directory.Delete(PathOf(runFolder), recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // There are none.
        }
    }

    /// <summary>Removes the oldest unused files until nine tenths of the bound are left, so that not every further file begins this anew.</summary>
    internal void Trim()
    {
        lock (_counting)
        {
            _bytesSinceScan = 0;
        }

        try
        {
            var files = Directory.Exists(path) ? new DirectoryInfo(path).EnumerateFiles("*", SearchOption.AllDirectories).ToList() : [];
            var bytes = files.Sum(Size);
            if (bytes > maxBytes)
            {
                var unused = timeProvider.GetUtcNow().UtcDateTime - Fresh;
                foreach (var file in files.Where(file => LastUse(file) < unused && !IsHeld(file)).OrderBy(LastUse))
                {
                    if (bytes <= maxBytes / 10 * 9)
                    {
                        break;
                    }

                    bytes -= Size(file);
                    file.Delete();
                    RemoveEmptyFolders(file.Directory!);
                }
            }

            lock (_counting)
            {
                // Counts twice what came while files were listed and was seen among them: the next scan puts that right.
                _bytes = bytes + _bytesSinceScan;
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Files that go or come meanwhile; the next file that is added has it tried again.
            logger.CacheNotTrimmed(path, exception.Message);
        }
    }

    private static long Size(FileInfo file) => file.Exists ? file.Length : 0;

    private static DateTime LastUse(FileInfo file) => file.LastAccessTimeUtc > file.LastWriteTimeUtc ? file.LastAccessTimeUtc : file.LastWriteTimeUtc;

    private bool IsHeld(FileInfo file) =>
        OutputFolders.FindRunId(System.IO.Path.GetRelativePath(path, file.FullName).Replace('\\', '/')) is { } id && heldRuns.Contains(id);

    private void RemoveEmptyFolders(DirectoryInfo folder)
    {
        for (var current = folder; current.FullName.Length > path.Length && !current.EnumerateFileSystemInfos().Any(); current = current.Parent!)
        {
            current.Delete();
        }
    }
}
