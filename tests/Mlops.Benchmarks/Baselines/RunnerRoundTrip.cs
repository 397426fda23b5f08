using Microsoft.Extensions.Logging.Abstractions;
using Mlops.Core.Runs;
using Mlops.Server.Runners;
using Mlops.Testing;

namespace Mlops.Benchmarks.Baselines;

/// <summary>Baseline of every block: a call to a runner that does nothing there, and the start of a runner up to its first answer.</summary>
internal static class RunnerRoundTrip
{
    public static async Task MeasureAsync(TempFolder folder)
    {
        var options = new RunnerOptions { DataPath = folder.Combine("rpc"), Count = 1, MemoryBytes = 2L << 30 };
        Directory.CreateDirectory(options.DataPath);
        Figures.PrintTimes("baseline_runner_start", await Figures.TimeAsync(5, async () => await EndAsync(await StartAsync(options))));

        var runner = await StartAsync(options);
        await runner.Client.OpenAsync(new BlockSessionOptions(1, "bench", folder.Path, "bench"));

        // A runner that has a session preloads nothing: it only answers.
        await Figures.TimeAsync(2000, () => runner.Client.PreloadAsync([], CancellationToken.None));
        Figures.PrintTimes("baseline_rpc", await Figures.TimeAsync(2000, () => runner.Client.PreloadAsync([], CancellationToken.None)));
        await EndAsync(runner);
    }

    private static Task<RunnerProcess> StartAsync(RunnerOptions options) => RunnerProcess.StartAsync(
        options, RunnerEnvironment.For("bench", RunnerGrants.None), TimeProvider.System, NullLogger.Instance, CancellationToken.None);

    private static Task EndAsync(RunnerProcess runner)
    {
        runner.Dispose();
        return runner.Ended;
    }
}
