namespace Mlops.Core.Runs.Outputs;

/// <summary>A folder that blocks write into directly: of this machine alone, or one that all servers and workers mount.</summary>
internal sealed class FolderOutputStorage : IOutputStorage
{
    private const string OwnerFile = ".mlops-database";

    public FolderOutputStorage(MlopsCoreOptions options) =>
        LocalPath = Path.TrimEndingDirectorySeparator(Path.GetFullPath(options.OutputsPath ?? Path.Combine(options.DataPath, "outputs")));

    public string DisplayName => LocalPath;

    public string LocalPath { get; }

    public Task CheckAsync(CancellationToken cancellationToken)
    {
        Guard("be written to", () =>
        {
            Directory.CreateDirectory(LocalPath);
            using var probe = new FileStream(
                Path.Combine(LocalPath, $".probe-{Guid.NewGuid():N}"), FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
            return true;
        });
        return Task.CompletedTask;
    }

    /// <summary>The files are where they belong as soon as they are written.</summary>
    public Task PublishAsync(string folder, IReadOnlyList<BlockOutput> outputs, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task FetchAsync(BlockOutput output, CancellationToken cancellationToken) => Task.CompletedTask;

    public IAsyncEnumerable<string> ListRunFoldersAsync(CancellationToken cancellationToken) => Names(LocalPath)
        .SelectMany(project => Names(Path.Combine(LocalPath, project)).Select(pipeline => $"{project}/{pipeline}"))
        .SelectMany(pipeline => Names(Path.Combine(LocalPath, pipeline)).Select(run => $"{pipeline}/{run}"))
        .ToAsyncEnumerable();

    public Task<DateTimeOffset?> FindLastChangeAsync(string runFolder, CancellationToken cancellationToken) => Task.FromResult(Guard("be read", () =>
    {
        var folder = new DirectoryInfo(Path.Combine(LocalPath, runFolder));
        return !folder.Exists
            ? (DateTimeOffset?)null
            : folder.EnumerateFileSystemInfos("*", SearchOption.AllDirectories).Append(folder).Max(each => each.LastWriteTimeUtc);
    }));

    public Task DeleteAsync(string runFolder, CancellationToken cancellationToken)
    {
        Guard("be cleaned up", () =>
        {
            var path = Path.Combine(LocalPath, runFolder);
            try
            {
                Directory.Delete(path, recursive: true);
            }
            catch (DirectoryNotFoundException)
            {
                // Gone already, or another process removes the same run at this moment.
            }

            return true;
        });
        return Task.CompletedTask;
    }

    public Task<string> ClaimAsync(string databaseId, CancellationToken cancellationToken) => Task.FromResult(Guard("be written to", () =>
    {
        Directory.CreateDirectory(LocalPath);
        var path = Path.Combine(LocalPath, OwnerFile);
        if (!File.Exists(path))
        {
            // Moved into place, so that whoever comes at the same moment reads all of it; who is later keeps out.
            var temporary = $"{path}.{Guid.NewGuid():N}";
            File.WriteAllText(temporary, databaseId);
            try
            {
                File.Move(temporary, path, overwrite: false);
            }
            catch (IOException) when (File.Exists(path))
            {
                File.Delete(temporary);
            }
        }

        return File.ReadAllText(path).Trim();
    }));

    private T Guard<T>(string what, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new OutputStorageException(
                $"The outputs folder {LocalPath} cannot {what}: {exception.Message} Mend its rights or its disk, or choose another by MLOPS_OUTPUTS.", exception);
        }
    }

    /// <summary>Folders that the store made; whatever begins with a dot is not among them.</summary>
    private string[] Names(string path) => Guard("be read", () =>
    {
        try
        {
            return Directory.EnumerateDirectories(path).Select(full => Path.GetFileName(full)).Where(name => !name.StartsWith('.')).ToArray();
        }
        catch (DirectoryNotFoundException)
        {
            return []; // Nothing was stored yet, or it was removed while we looked.
        }
    });
}
