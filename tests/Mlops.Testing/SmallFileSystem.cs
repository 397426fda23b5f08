using System.Diagnostics;
using System.Globalization;

namespace Mlops.Testing;

/// <summary>A real file system of a few MiB in memory, to be filled up. Needs root, or sudo without a password; fails where neither is there.</summary>
public sealed class SmallFileSystem : IDisposable
{
    private readonly string _filler;

    /// <summary>Mounts it.</summary>
    /// <param name="megabytes">MiB that it holds.</param>
    public SmallFileSystem(int megabytes)
    {
        Path = Directory.CreateTempSubdirectory("mlops-small-").FullName;
        _filler = System.IO.Path.Combine(Path, ".filler");
        Run("mount", "-t", "tmpfs", "-o", string.Create(CultureInfo.InvariantCulture, $"size={megabytes}m,mode=777"), "tmpfs", Path);
    }

    /// <summary>Absolute path of its root.</summary>
    public string Path { get; }

    /// <summary>Takes all space that is left.</summary>
    public void Fill()
    {
        using var stream = new FileStream(_filler, FileMode.Append, FileAccess.Write, FileShare.None, 1);
        var block = new byte[4096];
        try
        {
            while (true)
            {
                stream.Write(block);
            }
        }
        catch (IOException)
        {
            // Full, as was wanted.
        }
    }

    /// <summary>Gives back what <see cref="Fill"/> took.</summary>
    public void Free() => File.Delete(_filler);

    /// <inheritdoc/>
    public void Dispose()
    {
        // Lazily: a process that is about to end may still have a file open.
        Run("umount", "-l", Path);
        Directory.Delete(Path);
    }

    private static void Run(params string[] command)
    {
        string[] all = Environment.UserName == "root" ? command : ["sudo", "-n", .. command];
        using var process = Process.Start(new ProcessStartInfo(all[0], all[1..]) { RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"'{string.Join(' ', all)}' ended with {process.ExitCode}: {error}");
        }
    }
}
