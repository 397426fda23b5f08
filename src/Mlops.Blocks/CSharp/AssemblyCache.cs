using System.Security.Cryptography;
using Microsoft.Extensions.Logging;

namespace Mlops.Blocks.CSharp;

/// <summary>
/// Compiled assemblies on disk, by the hash of everything that they were compiled from; at most 1,000, the oldest go first. A file is the
/// SHA-256 of the assembly followed by the assembly; one that does not fit its sum is compiled anew. Any number of processes may share it.
/// </summary>
internal sealed class AssemblyCache(string directory, ILogger<AssemblyCache> logger)
{
    private const int MaxFiles = 1000;

    public byte[] GetOrCompile(string key, Func<byte[]> compile)
    {
        var path = Path.Combine(directory, $"{key}.bin");
        if (Read(path) is { } cached)
        {
            return cached;
        }

        var image = compile();
        try
        {
            Write(path, image);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The block runs all the same; it is only compiled again next time.
            logger.CacheNotWritten(path, exception.Message);
        }

        return image;
    }

    private byte[]? Read(string path)
    {
        try
        {
            var content = File.ReadAllBytes(path);
            if (content.Length > SHA256.HashSizeInBytes
                && SHA256.HashData(content.AsSpan(SHA256.HashSizeInBytes)).AsSpan().SequenceEqual(content.AsSpan(0, SHA256.HashSizeInBytes)))
            {
                return content[SHA256.HashSizeInBytes..];
            }

            logger.CacheDamaged(path);
            return null;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            logger.CacheNotRead(path, exception.Message);
            return null;
        }
    }

    private void Write(string path, byte[] image)
    {
        Directory.CreateDirectory(directory);
        var temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            File.WriteAllBytes(temporary, [.. SHA256.HashData(image), .. image]);
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }

        foreach (var old in new DirectoryInfo(directory).GetFiles().OrderByDescending(file => file.LastWriteTimeUtc).Skip(MaxFiles))
        {
            old.Delete();
        }
    }
}
