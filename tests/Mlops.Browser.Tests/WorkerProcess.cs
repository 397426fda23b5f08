using System.Diagnostics;
using System.Globalization;
using Mlops.Server;

namespace Mlops.Browser.Tests;

/// <summary>A worker as a process of its own; killed when disposed.</summary>
internal sealed class WorkerProcess : IDisposable
{
    private readonly Process _process;
    private readonly Task<string> _errors;

    private WorkerProcess(Process process)
    {
        _process = process;
        _errors = process.StandardError.ReadToEndAsync();
    }

    public int Id => _process.Id;

    /// <summary>Starts one in the folder that holds the projects folder.</summary>
    public static WorkerProcess Start(string projectsPath, string dataPath, string database, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(Program).Assembly.Location, "worker", .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetDirectoryName(projectsPath),
        };
        start.Environment["MLOPS_PROJECTS"] = projectsPath;
        start.Environment["MLOPS_DATA_DIR"] = dataPath;
        start.Environment["MLOPS_DATABASE"] = database;
        return new WorkerProcess(Process.Start(start)!);
    }

    public async Task WaitUntilReadyAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            if (line.StartsWith("Mlops worker is ready: ", StringComparison.Ordinal))
            {
                // Whatever it writes from now on must not fill the pipe.
                _ = _process.StandardOutput.ReadToEndAsync(CancellationToken.None);
                return;
            }
        }

        Assert.Fail($"The worker ended before it was ready: {await _errors}");
    }

    public void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    public async Task<int> WaitForExitAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }
}
