using System.Security.Cryptography;
using Mlops.Blocks.Remote;
using Mlops.Core.Runs;

namespace Mlops.Server.Runners;

/// <summary>
/// The folder of one runner: its working directory and its temporary files, the socket, and a note of who it is and who owns it. The note lets a server
/// that starts find what one that was killed has left: runners that were stopped (SIGSTOP) at that moment cannot have noticed.
/// </summary>
internal sealed class RunnerFolder
{
    private const string Root = "runners";
    private const string OwnerFile = "owner";
    private const string RunnerFile = "runner";

    /// <summary>A socket's address holds 108 bytes on Linux and 104 on macOS, the closing zero among them.</summary>
    private const int MaximumSocketPath = 100;

    private static readonly string Owner = ProcessIdentity.Create();

    private readonly string _path;

    private RunnerFolder(string path)
    {
        _path = path;
        (WorkPath, TemporaryPath) = (Path.Combine(path, "work"), Path.Combine(path, "tmp"));
        PipeName = NamePipe(path);
    }

    /// <summary>Absolute path of the working directory.</summary>
    public string WorkPath { get; }

    /// <summary>Absolute path of the folder for temporary files.</summary>
    public string TemporaryPath { get; }

    /// <summary>What server and runner meet at: on Unix the path of a socket.</summary>
    public string PipeName { get; }

    /// <summary>A new one, which only this user may enter.</summary>
    public static RunnerFolder Create(string dataPath)
    {
        var folder = new RunnerFolder(Path.Combine(dataPath, Root, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))));
        Directory.CreateDirectory(folder._path);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder._path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        File.WriteAllText(Path.Combine(folder._path, OwnerFile), Owner);
        Directory.CreateDirectory(folder.WorkPath);
        Directory.CreateDirectory(folder.TemporaryPath);
        return folder;
    }

    /// <summary>Ends the runners of servers of this machine that are known to be dead, and removes their folders.</summary>
    /// <returns>How many there were.</returns>
    public static int RemoveAbandoned(string dataPath)
    {
        var root = Path.Combine(dataPath, Root);
        var count = 0;
        foreach (var path in Directory.Exists(root) ? Directory.GetDirectories(root) : [])
        {
            if (ReadNote(path, OwnerFile) is { } owner && ProcessIdentity.IsKnownDead(owner))
            {
                count++;
                if (ReadNote(path, RunnerFile) is { } runner && ProcessIdentity.FindLiving(runner) is { } processId)
                {
                    ProcessGroup.KillGroup(processId);
                }

                var folder = new RunnerFolder(path);
                RunnerOffspring.Kill(folder.TemporaryPath);
                folder.Delete();
            }
        }

        return count;
    }

    /// <summary>Notes which process the folder is of.</summary>
    public void Note(int processId) => File.WriteAllText(Path.Combine(_path, RunnerFile), ProcessIdentity.Of(processId));

    /// <summary>Removes it with all that is in it.</summary>
    public void Delete()
    {
        try
        {
            if (!OperatingSystem.IsWindows())
            {
                File.Delete(PipeName);
            }

            Directory.Delete(_path, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Something of the runner's is still being written or was protected; the next server to start tries again.
        }
    }

    private static string? ReadNote(string path, string file)
    {
        try
        {
            return File.ReadAllText(Path.Combine(path, file));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null; // Removed or not written yet: whoever does either lives.
        }
    }

    private static string NamePipe(string path)
    {
        var name = $"mlops-{Path.GetFileName(path)}";
        if (OperatingSystem.IsWindows())
        {
            return name;
        }

        string[] places = [Path.Combine(path, "s"), Path.Combine(Path.GetTempPath(), name), $"/tmp/{name}"];
        return places.First(place => System.Text.Encoding.UTF8.GetByteCount(place) <= MaximumSocketPath);
    }
}
