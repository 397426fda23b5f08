namespace Mlops.Testing;

/// <summary>A new folder of this test alone; removed with all that is in it when disposed.</summary>
public sealed class TempFolder : IDisposable
{
    /// <summary>Absolute path.</summary>
    public string Path { get; } = Directory.CreateTempSubdirectory("mlops-test-").FullName;

    /// <summary>Absolute path of something in it; its parent folders are made.</summary>
    public string Combine(params string[] parts)
    {
        var path = System.IO.Path.Combine([Path, .. parts]);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        return path;
    }

    /// <summary>Writes a text file into it, with its parent folders; returns its absolute path.</summary>
    public string Write(string relativePath, string text)
    {
        var path = Combine(relativePath);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>Copies a folder with all that is in it, but what builds leave (<c>bin</c>, <c>obj</c>); returns the copy's absolute path.</summary>
    public string CopyFolder(string source, string relativePath)
    {
        var target = Combine(relativePath);
        Directory.CreateDirectory(target);
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var relative = System.IO.Path.GetRelativePath(source, file);
            if (relative.Split(System.IO.Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"))
            {
                continue;
            }

            var copy = System.IO.Path.Combine(target, relative);
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        return target;
    }

    private const int MostAttempts = 20;

    /// <inheritdoc/>
    public void Dispose()
    {
        for (var attempt = 1; Directory.Exists(Path); attempt++)
        {
            try
            {
                Directory.Delete(Path, recursive: true);
            }
            catch (IOException) when (attempt < MostAttempts)
            {
                // A server that has just ended is still clearing up after its runners: files vanish while they are listed.
            }
        }
    }
}
