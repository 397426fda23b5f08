using System.Security.Cryptography;
using Mlops.Core.Runs;

namespace Mlops.Blocks.Values;

/// <summary>Writing the files of outputs.</summary>
internal static class StoredFile
{
    /// <summary>Writes under a temporary name and renames: the file is either whole or not there.</summary>
    public static async Task WriteAsync(string path, Func<Stream, Task> write)
    {
        var temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            await using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16))
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

    /// <summary>What is known of a stored file; the caller adds what only its kind has.</summary>
    public static async Task<BlockOutput> DescribeAsync(string name, OutputKind kind, string path, CancellationToken cancellationToken)
    {
        await using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
        var hash = await SHA256.HashDataAsync(stream, cancellationToken);
        return new BlockOutput { Name = name, Kind = kind, Path = "", SizeBytes = stream.Length, Hash = Convert.ToHexStringLower(hash) };
    }
}
