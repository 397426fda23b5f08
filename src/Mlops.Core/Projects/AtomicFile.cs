namespace Mlops.Core.Projects;

/// <summary>Writes files so that a reader, and a crash at any point, sees the old content or the new one, never a part.</summary>
internal static class AtomicFile
{
    /// <summary>Replaces the content of a file, or makes it, keeping its permissions; a link's target is replaced, not the link.</summary>
    public static async Task WriteAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var target = File.Exists(path) ? File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path : path;
        var temporary = Path.Combine(Path.GetDirectoryName(target)!, $".{Path.GetFileName(target)}.{Path.GetRandomFileName()}.tmp");
        try
        {
            await WriteDurablyAsync(temporary, content, cancellationToken);
            if (!OperatingSystem.IsWindows() && File.Exists(target))
            {
                File.SetUnixFileMode(temporary, File.GetUnixFileMode(target));
            }

            File.Move(temporary, target, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    private static async Task WriteDurablyAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        await using var stream = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 4096, FileOptions.Asynchronous);
        await stream.WriteAsync(content, cancellationToken);

        // To the disk before the rename: else a power cut could leave the new name on an empty file.
        stream.Flush(flushToDisk: true);
    }
}
