using System.Security.Cryptography;
using Mlops.Core.Runs;

namespace Mlops.Blocks.Values;

/// <summary>Writing the files of outputs.</summary>
internal static class StoredFile
{
    private const int BufferBytes = 1 << 16;

    /// <summary>Writes under a temporary name and renames: the file is either whole or not there.</summary>
    public static async Task WriteAsync(string path, Func<Stream, Task> write)
    {
        var temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            await using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, BufferBytes))
            {
                await write(stream);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Likewise of bytes that are in memory.</summary>
    public static Task WriteAsync(string path, ReadOnlyMemory<byte> content) => WriteAsync(path, stream =>
    {
        stream.Write(content.Span);
        return Task.CompletedTask;
    });

    /// <summary>What is known of a file with this content, without reading it again; the caller adds what only its kind has.</summary>
    public static BlockOutput Describe(string name, OutputKind kind, ReadOnlySpan<byte> content) =>
        new() { Name = name, Kind = kind, Path = "", SizeBytes = content.Length, Hash = Convert.ToHexStringLower(SHA256.HashData(content)) };

    /// <summary>What is known of a stored file; the caller adds what only its kind has.</summary>
    public static async Task<BlockOutput> DescribeAsync(string name, OutputKind kind, string path, CancellationToken cancellationToken)
    {
        await using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, BufferBytes);
        var hash = await SHA256.HashDataAsync(stream, cancellationToken);
        return new BlockOutput { Name = name, Kind = kind, Path = "", SizeBytes = stream.Length, Hash = Convert.ToHexStringLower(hash) };
    }
}
