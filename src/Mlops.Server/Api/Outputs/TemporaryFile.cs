namespace Mlops.Server.Api.Outputs;

/// <summary>A file that lives only as long as it is sent.</summary>
internal static class TemporaryFile
{
    /// <summary>Has a file written and opens it; closing the stream deletes it.</summary>
    public static FileStream Write(Action<string> write)
    {
        var path = Path.Combine(Path.GetTempPath(), $"mlops-{Guid.NewGuid():N}");
        try
        {
            write(path);
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Delete, 64 * 1024, FileOptions.DeleteOnClose | FileOptions.Asynchronous);
        }
        catch
        {
            File.Delete(path);
            throw;
        }
    }
}
