using Mlops.Benchmarks.Scenarios;

namespace Mlops.Benchmarks.Engine;

/// <summary>Every scenario on every database, in process and with runner processes.</summary>
internal static class EngineFigures
{
    /// <summary>Slots where one run at a time is measured: the default of the server on two cores.</summary>
    private const int DefaultSlots = 2;

    private static readonly IReadOnlyList<Scenario> All = [new Seq3(), new Fib40(), new Fib10(), new Fan100(), new Wide1000()];

    public static async Task MeasureAsync(BenchmarkOptions options, DurablePostgres postgres)
    {
        var wanted = All.Where(scenario => options.Wants(scenario.Name)).ToList();
        if (wanted.Count == 0)
        {
            return;
        }

        foreach (var database in options.Databases)
        {
            foreach (var host in options.Hosts)
            {
                await MeasureSingleRunsAsync(wanted, await SettingAsync(database, host, DefaultSlots));
                foreach (var slots in wanted.Any(scenario => scenario is Seq3) ? options.Slots : [])
                {
                    await MeasureManyRunsAsync(await SettingAsync(database, host, slots), options.Repetitions);
                }
            }
        }

        async Task<EngineSetting> SettingAsync(string database, string host, int slots) => new(
            database, database == "postgres" ? await postgres.CreateDatabaseAsync() : null, host == "runners", slots);
    }

    private static async Task MeasureSingleRunsAsync(IReadOnlyList<Scenario> scenarios, EngineSetting setting)
    {
        await using var engine = await EngineUnderTest.StartAsync(setting, scenarios);
        foreach (var scenario in scenarios)
        {
            await Figures.TimeAsync(scenario.WarmUps, () => engine.RunAsync(scenario.Name));
            Figures.PrintTimes($"{scenario.Name}_{setting.Suffix}", await Figures.TimeAsync(scenario.Count, () => engine.RunAsync(scenario.Name)));
        }
    }

    private static async Task MeasureManyRunsAsync(EngineSetting setting, int repetitions)
    {
        const int RunsAtOnce = 2000;
        var scenario = new Seq3();
        await using var engine = await EngineUnderTest.StartAsync(setting, [scenario]);
        await engine.RunManyAsync(scenario.Name, RunsAtOnce / 4);
        var before = RunnerRest.ProcessorTime();
        var times = await Figures.TimeAsync(repetitions, () => engine.RunManyAsync(scenario.Name, RunsAtOnce));
        var used = RunnerRest.ProcessorTime() - before;
        var figure = $"{scenario.Name}_at_once_{setting.Suffix}_{setting.Slots}_slots";
        Figures.PrintValues(figure, "runs/s", times.Select(time => RunsAtOnce / time.TotalSeconds));

        // Hardly depends on what else the machine does: of two versions, the one that takes less is the faster one.
        Figures.PrintValue($"{figure}_processor", "ms/run", used.TotalMilliseconds / (repetitions * RunsAtOnce));
    }
}
