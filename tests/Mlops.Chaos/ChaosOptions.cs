using System.Globalization;

namespace Mlops.Chaos;

/// <summary>What is tried out.</summary>
/// <param name="Database">Which metadata database.</param>
/// <param name="Duration">How long faults are made, 0.1 to 1,440 minutes; 2 by default. Start, settling and checks come on top.</param>
/// <param name="Seed">Decides which runs and faults come when, so that a run can be repeated; 42 by default.</param>
/// <param name="RunsPerSecond">Runs that are poured in a second, 0.1 to 100; 1 by default, which two cores bear under faults.</param>
/// <param name="WriteFaults">Share of the writes that fail, 0 to 1; 0.01 by default.</param>
internal sealed record ChaosOptions(ChaosDatabase Database, TimeSpan Duration, int Seed, double RunsPerSecond, double WriteFaults)
{
    private const string Usage = "Usage: Mlops.Chaos --database sqlite|postgres [--minutes 2] [--seed 42] [--rate 1] [--write-faults 0.01]";

    /// <summary>Open runs beyond which no more are poured in: the machine is behind, and more of them would only wait.</summary>
    public const int OpenRunLimit = 40;

    /// <summary>Null, and what is wrong, where the arguments are not understood.</summary>
    public static ChaosOptions? Parse(string[] args, out string problem)
    {
        var options = new ChaosOptions(ChaosDatabase.Sqlite, TimeSpan.FromMinutes(2), 42, 1, 0.01);
        var hasDatabase = false;
        problem = Usage;
        for (var i = 0; i < args.Length; i += 2)
        {
            if (i + 1 >= args.Length || options.With(args[i], args[i + 1]) is not { } changed)
            {
                problem = $"'{string.Join(' ', args.Skip(i).Take(2))}' is not understood. {Usage}";
                return null;
            }

            options = changed;
            hasDatabase |= args[i] == "--database";
        }

        return hasDatabase ? options : null;
    }

    private ChaosOptions? With(string name, string value)
    {
        var isNumber = double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number);
        return name switch
        {
            "--database" when Enum.TryParse<ChaosDatabase>(value, ignoreCase: true, out var database) && Enum.IsDefined(database) => this with { Database = database },
            "--minutes" when isNumber && number is >= 0.1 and <= 1440 => this with { Duration = TimeSpan.FromMinutes(number) },
            "--seed" when int.TryParse(value, CultureInfo.InvariantCulture, out var seed) => this with { Seed = seed },
            "--rate" when isNumber && number is >= 0.1 and <= 100 => this with { RunsPerSecond = number },
            "--write-faults" when isNumber && number is >= 0 and <= 1 => this with { WriteFaults = number },
            _ => null,
        };
    }
}

/// <summary>A metadata database.</summary>
internal enum ChaosDatabase
{
    /// <summary>One server with its file.</summary>
    Sqlite,

    /// <summary>One server and two workers on a PostgreSQL server of their own.</summary>
    Postgres,
}
