using System.Security.Cryptography;
using Mlops.Core.Runs;
using Mlops.Core.Runs.Outputs;

namespace Mlops.Server.Outputs;

/// <summary>
/// Outputs in an object store, with copies on this machine: what a block wrote is uploaded before its end is stored, and what is not here is downloaded
/// before a block starts or somebody looks at it. Files are checked against their SHA-256 both ways.
/// </summary>
internal sealed class S3OutputStorage(S3Location location, S3Objects objects, OutputCache cache) : IOutputStorage, IDisposable
{
    private const string OwnerPath = ".mlops-database";

    /// <summary>Locks of files that are downloaded, by the hash of their path: of many that want one file, one downloads it.</summary>
    private readonly SemaphoreSlim[] _downloads = [.. Enumerable.Range(0, 64).Select(_ => new SemaphoreSlim(1))];

    public string DisplayName => location.ToString();

    public string LocalPath => cache.Path;

    /// <summary>Writes and removes an object: what a run will have to do.</summary>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        var probe = $".probe-{Guid.NewGuid():N}";
        await objects.WriteTextAsync(probe, "", cancellationToken);
        await objects.DeleteAsync(probe, cancellationToken);
    }

    public async Task PublishAsync(string folder, IReadOnlyList<BlockOutput> outputs, CancellationToken cancellationToken)
    {
        var hashes = outputs.ToDictionary(output => output.Path, output => output.Hash, StringComparer.Ordinal);
        var root = cache.PathOf(folder);
        foreach (var file in Directory.Exists(root) ? Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories) : [])
        {
            var path = $"{folder}/{Path.GetRelativePath(root, file).Replace('\\', '/')}";
            if (!path.EndsWith(".tmp", StringComparison.Ordinal))
            {
                await PublishFileAsync(path, file, hashes.Remove(path, out var hash) ? hash : null, cancellationToken);
            }
        }

        if (hashes.Keys.FirstOrDefault() is { } missing)
        {
            throw new OutputStorageException($"The output {missing} was to be uploaded to {location}, but its file is not in {cache.Path}. Run the block again.");
        }
    }

    public async Task FetchAsync(BlockOutput output, CancellationToken cancellationToken)
    {
        if (cache.Use(output.Path, output.SizeBytes))
        {
            return;
        }

        var download = _downloads[(uint)StringComparer.Ordinal.GetHashCode(output.Path) % _downloads.Length];
        await download.WaitAsync(cancellationToken);
        try
        {
            if (!cache.Use(output.Path, output.SizeBytes))
            {
                await DownloadAsync(output, cancellationToken);
            }
        }
        finally
        {
            download.Release();
        }
    }

    public async IAsyncEnumerable<string> ListRunFoldersAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var project in objects.ListFoldersAsync("", cancellationToken))
        {
            await foreach (var pipeline in objects.ListFoldersAsync($"{project}/", cancellationToken))
            {
                await foreach (var run in objects.ListFoldersAsync($"{project}/{pipeline}/", cancellationToken))
                {
                    yield return $"{project}/{pipeline}/{run}";
                }
            }
        }
    }

    public Task<DateTimeOffset?> FindLastChangeAsync(string runFolder, CancellationToken cancellationToken) =>
        objects.FindLastChangeAsync(runFolder + "/", cancellationToken);

    public async Task DeleteAsync(string runFolder, CancellationToken cancellationToken)
    {
        await objects.DeleteFolderAsync(runFolder + "/", cancellationToken);
        try
        {
            cache.Delete(runFolder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new OutputStorageException($"The copies of {runFolder} in {cache.Path} cannot be removed: {exception.Message} Mend the rights of that folder.", exception);
        }
    }

    /// <summary>Two databases that ask at the same moment may both believe that they were first; each reads the other's name the next time.</summary>
    public async Task<string> ClaimAsync(string databaseId, CancellationToken cancellationToken)
    {
        if (await objects.ReadTextAsync(OwnerPath, cancellationToken) is { Length: > 0 } owner)
        {
            return owner.Trim();
        }

        await objects.WriteTextAsync(OwnerPath, databaseId, cancellationToken);
        return (await objects.ReadTextAsync(OwnerPath, cancellationToken))?.Trim() ?? databaseId;
    }

    public void Dispose() => Array.ForEach(_downloads, download => download.Dispose());

    private async Task PublishFileAsync(string path, string file, string? expected, CancellationToken cancellationToken)
    {
        var (hash, size) = await HashAsync(path, file, cancellationToken);
        if (expected is not null && hash != expected)
        {
            throw new OutputStorageException(
                $"The output {path} changed between its writing and its upload to {location}: its SHA-256 was {expected} and is {hash}. "
                + "Something else writes to the data folder, or its disk is failing.");
        }

        await objects.UploadAsync(path, file, hash, cancellationToken);
        cache.Added(size);
    }

    private static async Task<(string Hash, long Size)> HashAsync(string path, string file, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.Asynchronous);
            return (Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken)), stream.Length);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new OutputStorageException($"The output {path} cannot be read for its upload: {exception.Message}", exception);
        }
    }

    private async Task DownloadAsync(BlockOutput output, CancellationToken cancellationToken)
    {
        var target = cache.PathOf(output.Path);
        var temporary = $"{target}.{Guid.NewGuid():N}.tmp";
        try
        {
            var hash = await objects.DownloadAsync(output.Path, (stream, token) => SaveAsync(stream, temporary, output, token), cancellationToken);
            if (hash is not null)
            {
                File.Move(temporary, target, overwrite: true);
                cache.Added(output.SizeBytes);
            }
        }
        catch (Exception exception) when (DiskSpace.IsExhausted(exception))
        {
            throw new OutputStorageException(DiskSpace.Explain($"the copy of {output.Path}", cache.Path), exception);
        }
        finally
        {
            if (File.Exists(temporary))
            {
                File.Delete(temporary);
            }
        }
    }

    private static async Task<string> SaveAsync(Stream source, string temporary, BlockOutput output, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(temporary)!);
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var target = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, 1, FileOptions.Asynchronous);
        var buffer = new byte[1 << 17];
        for (int count; (count = await source.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            sha.AppendData(buffer, 0, count);
            await target.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
        }

        var hash = Convert.ToHexStringLower(sha.GetHashAndReset());
        return hash == output.Hash
            ? hash
            : throw new DamagedObjectException(
                $"it is damaged: {target.Position:N0} bytes with SHA-256 {hash} came, {output.SizeBytes:N0} bytes with {output.Hash} were put there. Run the block again.");
    }
}
