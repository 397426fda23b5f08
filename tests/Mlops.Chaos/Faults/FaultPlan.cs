namespace Mlops.Chaos.Faults;

/// <summary>What is done to a process: killed without a word, halted and let go on, or stopped and started as an administrator does.</summary>
internal enum FaultKind
{
    KillRunner,
    HaltRunner,
    KillWorker,
    HaltWorker,
    RestartWorker,
    KillServer,
    HaltServer,
    RestartServer,
    CrashPostgres,
    RestartPostgres,
    HaltPostgres,
}

/// <summary>A fault that is to come.</summary>
/// <param name="At">When, from the start of the trial.</param>
/// <param name="Kind">What.</param>
/// <param name="Target">Chooses among those that it can be done to, by the remainder; not negative.</param>
/// <param name="Duration">How long it is halted, or away until it is started again.</param>
internal sealed record PlannedFault(TimeSpan At, FaultKind Kind, int Target, TimeSpan Duration);

/// <summary>Which faults come when: a matter of the seed alone.</summary>
internal static class FaultPlan
{
    private static readonly Dictionary<FaultKind, int> Shares = new()
    {
        [FaultKind.KillRunner] = 30,
        [FaultKind.HaltRunner] = 10,
        [FaultKind.KillWorker] = 20,
        [FaultKind.HaltWorker] = 12,
        [FaultKind.RestartWorker] = 6,
        [FaultKind.KillServer] = 12,
        [FaultKind.HaltServer] = 8,
        [FaultKind.RestartServer] = 4,
        [FaultKind.CrashPostgres] = 8,
        [FaultKind.RestartPostgres] = 5,
        [FaultKind.HaltPostgres] = 5,
    };

    private static readonly IReadOnlyList<FaultKind> OnSqlite =
        [FaultKind.KillRunner, FaultKind.HaltRunner, FaultKind.KillServer, FaultKind.HaltServer, FaultKind.RestartServer];

    /// <summary>The faults of a trial: each kind at least once where there is time, in any order, then as their shares say.</summary>
    public static IReadOnlyList<PlannedFault> Create(ChaosOptions options)
    {
        var random = new Random(options.Seed);
        var kinds = options.Database == ChaosDatabase.Sqlite ? OnSqlite : [.. Enum.GetValues<FaultKind>()];
        var first = new Queue<FaultKind>(kinds.OrderBy(_ => random.Next()));
        var plan = new List<PlannedFault>();
        for (var at = Seconds(random, 3, 5); at < options.Duration; at += Seconds(random, 1.5, 6))
        {
            var kind = first.TryDequeue(out var next) ? next : Choose(kinds, random);
            plan.Add(new PlannedFault(at, kind, random.Next(), DurationOf(kind, random)));
        }

        return plan;
    }

    private static FaultKind Choose(IReadOnlyList<FaultKind> kinds, Random random)
    {
        var rest = random.Next(kinds.Sum(kind => Shares[kind]));
        return kinds.First(kind => (rest -= Shares[kind]) < 0);
    }

    /// <summary>A process is halted for longer than its lease (20 s) in every third case.</summary>
    private static TimeSpan DurationOf(FaultKind kind, Random random) => kind switch
    {
        FaultKind.HaltRunner or FaultKind.HaltWorker or FaultKind.HaltServer => Seconds(random, 1, 30),
        FaultKind.HaltPostgres => Seconds(random, 1, 10),
        FaultKind.CrashPostgres or FaultKind.RestartPostgres => Seconds(random, 0, 6),
        _ => Seconds(random, 0, 3),
    };

    private static TimeSpan Seconds(Random random, double least, double most) => TimeSpan.FromSeconds(least + (random.NextDouble() * (most - least)));
}
