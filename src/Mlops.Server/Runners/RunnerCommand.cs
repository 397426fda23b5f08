using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Mlops.Server.Runners;

/// <summary>How a runner is started: by the .NET that runs this process, from the folder that this process was started from.</summary>
internal static class RunnerCommand
{
    private const string Program = "Mlops.Runner.dll";

    /// <exception cref="RunnerStartException">The program is not there.</exception>
    public static ProcessStartInfo Create(RunnerOptions options, RunnerEnvironment environment, RunnerFolder folder)
    {
        var program = Path.Combine(AppContext.BaseDirectory, Program);
        if (!File.Exists(program))
        {
            throw new RunnerStartException($"{program} is missing, without which no block can run. Install the server anew, with all files of its folder.");
        }

        var start = new ProcessStartInfo(FindDotnet(), ["exec", program, folder.PipeName])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder.WorkPath,
            UseShellExecute = false,
            CreateNoWindow = true,
        };
        start.Environment.Clear();
        foreach (var (name, value) in environment.Variables)
        {
            start.Environment[name] = value;
        }

        foreach (var name in (string[])(OperatingSystem.IsWindows() ? ["TEMP", "TMP"] : ["TMPDIR"]))
        {
            start.Environment[name] = folder.TemporaryPath;
        }

        start.Environment["DOTNET_GCHeapHardLimit"] = options.HeapBytes.ToString("x", CultureInfo.InvariantCulture);

        // No debugger is expected, and its sockets would be too long for some folders; who grants the variable can have one.
        start.Environment.TryAdd("DOTNET_EnableDiagnostics", "0");
        return start;
    }

    /// <summary>The <c>dotnet</c> of this process, also where it was started by a launcher of its own.</summary>
    private static string FindDotnet()
    {
        if (Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet")
        {
            return path;
        }

        // <root>/shared/Microsoft.NETCore.App/10.0.0/
        var name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
        string?[] roots = [Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..")), Environment.GetEnvironmentVariable("DOTNET_ROOT")];
        return roots.Where(root => root is not null).Select(root => Path.Combine(root!, name)).FirstOrDefault(File.Exists) ?? name;
    }
}
