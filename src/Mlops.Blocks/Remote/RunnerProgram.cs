using System.Diagnostics;
using System.IO.Pipes;
using Microsoft.Extensions.DependencyInjection;

namespace Mlops.Blocks.Remote;

/// <summary>The program of a runner: gets out of the server's way, connects to it and answers until it is gone.</summary>
public static class RunnerProgram
{
    /// <summary>Code that blocks the threads of the pool must not keep the connection from answering: so many are made without delay.</summary>
    private const int MinimumThreads = 64;

    private const int ConnectTimeoutMilliseconds = 30_000;
    private const int InvalidArguments = 2;

    /// <param name="args">Name of the pipe (on Unix: path of the socket) that the server listens on.</param>
    /// <param name="build">Makes the services that were registered.</param>
    /// <returns>2 where the arguments are wrong; else the process is killed at its end, with all that it started.</returns>
    public static async Task<int> RunAsync(string[] args, Func<IServiceCollection, IServiceProvider> build)
    {
        if (args is not [var pipeName])
        {
            await Console.Error.WriteLineAsync("This program runs the blocks of a server, which starts it. To run a pipeline by hand: mlops run <project> <pipeline>.");
            return InvalidArguments;
        }

        ProcessGroup.Lead();
        ProcessGroup.PrepareOutput();
        StepBack();
        ParentWatch.Start();
        Console.SetIn(TextReader.Null);
        ThreadPool.GetMinThreads(out var threads, out var ports);
        ThreadPool.SetMinThreads(Math.Max(threads, MinimumThreads), ports);

        await using var pipe = new NamedPipeClientStream(".", pipeName, PipeDirection.InOut, PipeOptions.Asynchronous | PipeOptions.CurrentUserOnly);
        await pipe.ConnectAsync(ConnectTimeoutMilliseconds);
        await RunnerService.ServeAsync(pipe, build);

        // Threads of users' code may still run, and handlers of its own wait at the exit: nobody waits for either.
        ProcessGroup.KillOwn();
        return 0;
    }

    /// <summary>The server and its database go first, in time and in memory.</summary>
    private static void StepBack()
    {
        using var self = Process.GetCurrentProcess();
        self.PriorityClass = ProcessPriorityClass.BelowNormal;
        if (OperatingSystem.IsLinux())
        {
            // From -1000 (never) to 1000 (first): the kernel, when memory runs out, takes a runner before anything else of ours.
            File.WriteAllText("/proc/self/oom_score_adj", "500");
        }
    }
}
