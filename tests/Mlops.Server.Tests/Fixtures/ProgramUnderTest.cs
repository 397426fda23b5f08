using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Mlops.Server.Tests.Fixtures;

/// <summary>The program as a process of its own, with its output redirected; killed when disposed.</summary>
internal sealed class ProgramUnderTest : IDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly Task<string> _error;
    private readonly Task _reading;
    private readonly List<(Regex Pattern, TaskCompletionSource<Match> Found)> _waits = [];
    private readonly Lock _lock = new();

    private ProgramUnderTest(Process process)
    {
        _process = process;
        _error = process.StandardError.ReadToEndAsync();
        _reading = ReadAsync();
    }

    public static ProgramUnderTest Start(TestProjects projects, params string[] arguments) => Start(projects, projects.DataPath, [], arguments);

    /// <summary>The program with a text on its standard input.</summary>
    public static ProgramUnderTest StartWithInput(TestProjects projects, string input, params string[] arguments) =>
        Start(projects, projects.DataPath, [], arguments, input);

    /// <summary>The program as on a machine of its own: with another data folder and further environment variables.</summary>
    public static ProgramUnderTest Start(TestProjects projects, string dataPath, Dictionary<string, string> environment, params string[] arguments) =>
        Start(projects, dataPath, environment, arguments, null);

    private static ProgramUnderTest Start(TestProjects projects, string dataPath, Dictionary<string, string> environment, string[] arguments, string? input)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = input is not null };
        start.ArgumentList.Add(typeof(Program).Assembly.Location);
        foreach (var argument in arguments.Concat(["--projects", projects.ProjectsPath, "--data-dir", dataPath]))
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start)!;
        if (input is not null)
        {
            process.StandardInput.Write(input);
            process.StandardInput.Close();
        }

        return new ProgramUnderTest(process);
    }

    /// <summary>A server on a free port; answers with its address.</summary>
    /// <param name="projects">Its projects and data.</param>
    /// <param name="arguments">Further arguments.</param>
    public static Task<(ProgramUnderTest Program, HttpClient Client)> ServeAsync(TestProjects projects, params string[] arguments) =>
        ServeAsync(projects, projects.DataPath, [], arguments);

    /// <summary>A server as on a machine of its own.</summary>
    public static async Task<(ProgramUnderTest Program, HttpClient Client)> ServeAsync(
        TestProjects projects, string dataPath, Dictionary<string, string> environment, params string[] arguments)
    {
        var program = Start(projects, dataPath, environment, [.. arguments, "--urls", "http://127.0.0.1:0"]);
        var ready = await program.WaitForOutputAsync("Mlops is ready: (http://\\S+)");
        return (program, new HttpClient { BaseAddress = new Uri(ready.Groups[1].Value) });
    }

    /// <summary>A worker on a PostgreSQL database, once it is ready.</summary>
    public static async Task<ProgramUnderTest> WorkAsync(TestProjects projects, string database, params string[] arguments)
    {
        var program = Start(projects, ["worker", "--database", database, .. arguments]);
        await program.WaitForOutputAsync("Mlops worker is ready: \\d+ runners?, PostgreSQL");
        return program;
    }

    public int Id => _process.Id;

    /// <summary>Waits until standard output matches; fails with all output where the process ends before.</summary>
    public Task<Match> WaitForOutputAsync(string pattern)
    {
        lock (_lock)
        {
            var wait = (Pattern: new Regex(pattern), Found: new TaskCompletionSource<Match>(TaskCreationOptions.RunContinuationsAsynchronously));
            _waits.Add(wait);
            Look(wait);
            return wait.Found.Task;
        }
    }

    public void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    public async Task<(int Code, string Output, string Error)> WaitForExitAsync()
    {
        await _process.WaitForExitAsync();
        await _reading;
        return (_process.ExitCode, _output.ToString(), await _error);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            lock (_lock)
            {
                _output.Append(line).Append('\n');
                _waits.ForEach(Look);
            }
        }

        lock (_lock)
        {
            _waits.ForEach(wait => wait.Found.TrySetException(new InvalidOperationException($"The program ended without '{wait.Pattern}':\n{_output}")));
        }
    }

    private void Look((Regex Pattern, TaskCompletionSource<Match> Found) wait)
    {
        if (wait.Pattern.Match(_output.ToString()) is { Success: true } match)
        {
            wait.Found.TrySetResult(match);
        }
    }
}
