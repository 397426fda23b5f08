using System.Diagnostics;
using System.Globalization;
using Mlops.Benchmarks.Scenarios;

namespace Mlops.Benchmarks.Engine;

/// <summary>How punctual schedules are, and what those cost that are not due.</summary>
internal static class TriggerFigures
{
    private const int IdleTriggers = 10_000;
    /// <summary>Triggers that wait, and what makes them so; the folder of blocks is one that never changes.</summary>
    private static readonly (string Name, string Keys)[] Idle =
    [
        ("schedule", "schedule_interval: '0 0 1 1 *'"),
        ("webhook", "schedule_type: event, event: {type: webhook}"),
        ("pipeline", "schedule_type: event, event: {type: pipeline, pipeline: fib10}"),
        ("file", "schedule_type: event, event: {type: file, path: custom}"),
    ];

    private static readonly TimeSpan Watch = TimeSpan.FromSeconds(25);

    /// <summary>Two of the scheduler's longest sleeps.</summary>
    private static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(60);

    public static async Task MeasureAsync(BenchmarkOptions options, DurablePostgres postgres)
    {
        foreach (var database in options.Databases)
        {
            await MeasureDelayAsync(await SettingAsync(database));
            await MeasureIdleAsync(await SettingAsync(database), "no", null);
            foreach (var (name, keys) in Idle)
            {
                var triggers = string.Concat(Enumerable.Range(0, IdleTriggers).Select(i => string.Create(CultureInfo.InvariantCulture, $"- {{name: t{i}, status: active, {keys}}}\n")));
                await MeasureIdleAsync(await SettingAsync(database), $"{IdleTriggers}_{name}", $"triggers:\n{triggers}");
            }
        }

        async Task<EngineSetting> SettingAsync(string database) =>
            new(database, database == "postgres" ? await postgres.CreateDatabaseAsync() : null, UsesRunners: false, Slots: 2);
    }

    /// <summary>A trigger that is due every second: from the instant to the run that is stored for it. The first runs pay for compiling.</summary>
    private static async Task MeasureDelayAsync(EngineSetting setting)
    {
        await using var engine = await EngineUnderTest.StartAsync(setting, [new Seq3()], "triggers:\n- {name: t, schedule_interval: '* * * * * *', status: active}\n");
        await Task.Delay(Watch, TimeProvider.System);
        var runs = (await engine.ListRunsAsync(100)).OrderBy(run => run.Id).Skip(3);
        Figures.PrintTimes($"trigger_delay_{setting.Suffix}", runs.Select(run => run.CreatedAt - run.ExecutionDate));
    }

    private static async Task MeasureIdleAsync(EngineSetting setting, string name, string? triggers)
    {
        await using var engine = await EngineUnderTest.StartAsync(setting, [new Seq3(), new Fib10()], triggers);
        await Task.Delay(TimeSpan.FromSeconds(10), TimeProvider.System);
        var (before, start) = (RunnerRest.ProcessorTime(), Stopwatch.GetTimestamp());
        await Task.Delay(IdleTime, TimeProvider.System);
        var used = RunnerRest.ProcessorTime() - before;
        Figures.PrintValue($"idle_with_{name}_triggers_{setting.Suffix}", "% of a core", 100 * (used / Stopwatch.GetElapsedTime(start)));
    }
}
