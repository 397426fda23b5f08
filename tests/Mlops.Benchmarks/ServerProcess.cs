using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Mlops.Testing;

namespace Mlops.Benchmarks;

/// <summary>The server as it was built in this program's configuration, on a free port; killed when disposed.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
#if DEBUG
    private const string Configuration = "Debug";
#else
    private const string Configuration = "Release";
#endif
    private readonly long _startedAt;
    private readonly Process _process;

    public ServerProcess(string projectsPath, string dataPath)
    {
        var address = $"http://127.0.0.1:{FindFreePort()}";
        Client = new HttpClient { BaseAddress = new Uri(address), Timeout = TimeSpan.FromMinutes(2) };
        var program = Repository.Combine("src", "Mlops.Server", "bin", Configuration, "net10.0", "Mlops.Server.dll");
        var start = new ProcessStartInfo("dotnet", [program, "--urls", address]) { RedirectStandardOutput = true };
        start.Environment["MLOPS_PROJECTS"] = projectsPath;
        start.Environment["MLOPS_DATA_DIR"] = dataPath;
        _startedAt = Stopwatch.GetTimestamp();
        _process = Process.Start(start)!;
        // Nobody reads what it prints, but a full pipe would stop it.
        _process.OutputDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
    }

    public HttpClient Client { get; }

    public double ResidentMebibytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64 / 1024.0 / 1024;
        }
    }

    /// <summary>From the start of the process until the page of the pipelines has come whole.</summary>
    public async Task<TimeSpan> WaitForFirstPageAsync()
    {
        while (!_process.HasExited)
        {
            try
            {
                using var response = await Client.GetAsync("/");
                response.EnsureSuccessStatusCode();
                return Stopwatch.GetElapsedTime(_startedAt);
            }
            catch (HttpRequestException exception) when (exception.HttpRequestError == HttpRequestError.ConnectionError)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
            }
        }

        throw new InvalidOperationException($"The server ended with code {_process.ExitCode}");
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static int FindFreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
