namespace Mlops.Server.Hosting;

/// <summary>Finds out at the start whether files can be written to a folder.</summary>
internal static class WritableFolder
{
    /// <summary>Makes the folder where it is missing and tries to write to it.</summary>
    /// <param name="setting">Path of the folder.</param>
    /// <param name="name">What it is for, in a word.</param>
    /// <param name="mend">The settings that name it.</param>
    /// <param name="errors">Takes the reason where it cannot be used.</param>
    /// <returns>Its absolute path; null where it cannot be used.</returns>
    public static string? Probe(string setting, string name, string mend, ICollection<string> errors)
    {
        var path = Path.GetFullPath(setting);
        try
        {
            Directory.CreateDirectory(path);
            using var probe = new FileStream(
                Path.Combine(path, $".probe-{Guid.NewGuid():N}"), FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
            return path;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            errors.Add($"The {name} folder {path} cannot be written to: {exception.Message} Choose another by {mend}, or mend its rights.");
            return null;
        }
    }
}
