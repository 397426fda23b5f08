using System.Diagnostics;

namespace Mlops.Benchmarks.Baselines;

/// <summary>Baseline of every start: a .NET process that does nothing.</summary>
internal static class ProcessStart
{
    public const string NothingArgument = "nothing";

    public static async Task MeasureAsync() => Figures.PrintTimes("baseline_process_start", await Figures.TimeAsync(10, RunNothingAsync));

    /// <summary>Starts this program again with <paramref name="argument"/>.</summary>
    public static Process StartSelf(string argument) =>
        Process.Start("dotnet", [typeof(ProcessStart).Assembly.Location, argument]);

    private static async Task RunNothingAsync()
    {
        using var process = StartSelf(NothingArgument);
        await process.WaitForExitAsync();
    }
}
