using System.Security.Cryptography;

namespace Mlops.Core.Projects;

/// <summary>A value read from files, kept until one of them changes. Immutable: a check returns itself or a new one.</summary>
internal sealed class FileCache<T>
{
    private readonly FileStamps _stamps;
    private readonly string _content;
    private readonly bool _isSettled;

    private FileCache(T value, FileStamps stamps, string content, bool isSettled)
    {
        Value = value;
        _stamps = stamps;
        _content = content;
        _isSettled = isSettled;
    }

    /// <summary>What was read.</summary>
    public T Value { get; }

    /// <summary>Reads the value, or returns <paramref name="known"/> where nothing that it came from has changed.</summary>
    /// <param name="known">What was read before; null to read.</param>
    /// <param name="contentPaths">Absolute paths of the files whose content decides the value.</param>
    /// <param name="read">Reads the value and notes every file it looks at.</param>
    /// <param name="check">What is known about changes.</param>
    public static FileCache<T> Refresh(FileCache<T>? known, IReadOnlyList<string> contentPaths, Func<FileStamps, T> read, FileCheck check)
    {
        if (known is not null && known._stamps.AreCurrent())
        {
            if (known._isSettled && !check.IsTouched(known._stamps))
            {
                return known;
            }

            if (Hash(contentPaths) == known._content)
            {
                return known._isSettled ? known : new FileCache<T>(known.Value, known._stamps, known._content, known._stamps.AreSettled(check.Now));
            }
        }

        // Before reading: a write in between makes the next check see a difference, never this value look newer than it is.
        var content = Hash(contentPaths);
        var stamps = new FileStamps();
        var value = read(stamps);
        return new FileCache<T>(value, stamps, content, stamps.AreSettled(check.Now));
    }

    private static string Hash(IReadOnlyList<string> paths) => string.Join(' ', paths.Select(path =>
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return Convert.ToHexString(SHA256.HashData(stream));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return exception.GetType().Name; // Reading it will say the same, in words.
        }
    }));
}

/// <summary>What is known when files are checked for changes.</summary>
/// <param name="Now">The time.</param>
/// <param name="Touched">Files that were reported as changed, whatever their stamps say; null when reports were lost and any may be.</param>
internal sealed record FileCheck(DateTimeOffset Now, IReadOnlySet<string>? Touched)
{
    /// <summary>Whether one of these files was reported as changed.</summary>
    public bool IsTouched(FileStamps stamps) => Touched is null || Touched.Any(stamps.Contains);
}
