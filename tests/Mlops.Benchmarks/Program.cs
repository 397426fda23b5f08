using Mlops.Benchmarks;
using Mlops.Testing;

// Prints one JSON line per figure. Baselines come from the same run on the same machine, so that a figure can be judged anywhere.
//   dotnet run --configuration Release --project tests/Mlops.Benchmarks
switch (args)
{
    case []:
        Figures.PrintMachine();
        using (var folder = new TempFolder())
        {
            await ProcessStart.MeasureAsync();
            SqliteTransaction.Measure(folder);
            await BlockCompilation.MeasureAsync();
            await ServerFigures.MeasureAsync(folder);
        }

        return 0;
    case [ProcessStart.NothingArgument]:
        return 0;
    case [BlockCompilation.ChildArgument]:
        await BlockCompilation.MeasureHereAsync();
        return 0;
    default:
        await Console.Error.WriteLineAsync("It takes no arguments.");
        return 1;
}
