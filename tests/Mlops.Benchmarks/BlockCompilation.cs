using Mlops.Benchmarks.Baselines;
using Mlops.Blocks.CSharp;
using Mlops.Testing;

namespace Mlops.Benchmarks;

/// <summary>Compiling one block: the first one of a process, and later ones. Measured in a process of its own, which has compiled nothing yet.</summary>
internal static class BlockCompilation
{
    public const string ChildArgument = "compile";

    public static async Task MeasureAsync()
    {
        using var process = ProcessStart.StartSelf(ChildArgument);
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"Measuring the compiler ended with code {process.ExitCode}");
        }
    }

    public static async Task MeasureHereAsync()
    {
        var project = Repository.Combine("projects", "unit_0_setup");
        var source = BlockSource.Read(project, Path.Combine(project, "transformers", "fill_in_missing_values.cs"));
        var compiler = new CSharpCompiler(new CSharpReferences());
        Figures.PrintTimes("compile_cold", await Figures.TimeAsync(1, CompileAsync));
        await Figures.TimeAsync(20, CompileAsync);
        Figures.PrintTimes("compile_warm", await Figures.TimeAsync(50, CompileAsync));

        Task CompileAsync()
        {
            compiler.CompileBlock(source.Block, utils: null);
            return Task.CompletedTask;
        }
    }
}
