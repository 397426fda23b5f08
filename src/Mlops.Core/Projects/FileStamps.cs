namespace Mlops.Core.Projects;

/// <summary>Files that something was read from, as they stood just before: what tells later whether it must be read again.</summary>
internal sealed class FileStamps
{
    /// <summary>A file that was written so shortly ago may be written again within the resolution of its time, without a trace in it.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(2);

    private readonly Dictionary<string, Stamp> _stamps = new(StringComparer.Ordinal);

    /// <summary>Notes a file, which may be missing; call it before reading.</summary>
    /// <returns>Whether it is there.</returns>
    public bool Add(string path)
    {
        var stamp = Take(path);
        _stamps[path] = stamp;
        return stamp.Exists;
    }

    /// <summary>Whether this file is one of those noted.</summary>
    public bool Contains(string path) => _stamps.ContainsKey(path);

    /// <summary>Whether all files still are as they were noted.</summary>
    public bool AreCurrent() => _stamps.All(pair => Take(pair.Key) == pair.Value);

    /// <summary>Whether unchanged stamps prove unchanged files: none was written just before <paramref name="now"/>.</summary>
    public bool AreSettled(DateTimeOffset now) => _stamps.Values.All(stamp => !stamp.Exists || stamp.WrittenAt < now.UtcDateTime - Settling);

    private static Stamp Take(string path)
    {
        try
        {
            FileSystemInfo info = new FileInfo(path);
            info = info.LinkTarget is null ? info : info.ResolveLinkTarget(returnFinalTarget: true) ?? info;
            return info is FileInfo { Exists: true } file ? new Stamp(true, file.LastWriteTimeUtc, file.Length) : default;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return default; // Gone meanwhile, or links in a circle: as good as missing.
        }
    }

    private readonly record struct Stamp(bool Exists, DateTime WrittenAt, long Length);
}
