using Mlops.Benchmarks;
using Mlops.Benchmarks.Baselines;
using Mlops.Benchmarks.Engine;
using Mlops.Testing;

// Prints one JSON line per figure. Baselines come from the same run on the same machine, so that a figure can be judged anywhere.
//   dotnet run --configuration Release --project tests/Mlops.Benchmarks
//   dotnet run --configuration Release --project tests/Mlops.Benchmarks -- --only seq3,fib40 --database sqlite --host runners
switch (args)
{
    case [ProcessStart.NothingArgument]:
        return 0;
    case [BlockCompilation.ChildArgument]:
        await BlockCompilation.MeasureHereAsync();
        return 0;
    default:
        var options = BenchmarkOptions.Parse(args);
        Figures.PrintMachine();
        using (var folder = new TempFolder())
        await using (var postgres = new DurablePostgres())
        {
            await AllBaselines.MeasureAsync(options, folder, postgres);
            await EngineFigures.MeasureAsync(options, postgres);
            if (options.Wants("triggers"))
            {
                await TriggerFigures.MeasureAsync(options, postgres);
            }

            if (options.Wants("compile"))
            {
                await BlockCompilation.MeasureAsync();
            }

            if (options.Wants("server"))
            {
                await ServerFigures.MeasureAsync(folder);
            }
        }

        return 0;
}
