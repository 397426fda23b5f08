namespace Mlops.Sdk.Tables;

/// <summary>Writes a file under a temporary name in the same folder and renames it: a reader sees the old file or the whole new one.</summary>
internal static class AtomicFile
{
    public static void Write(string path, Action<string> write)
    {
        var target = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        var temporary = $"{target}.{Guid.NewGuid():N}.tmp";
        try
        {
            write(temporary);
            File.Move(temporary, target, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}
