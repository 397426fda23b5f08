using System.Globalization;

namespace Mlops.Chaos.Faults;

/// <summary>
/// Decides which transactions of this process fail: the share that the file <see cref="Switch"/> in the folder of the trial holds, none where there is no
/// such file. Notes each fault in that folder. For one thread, that of the writer.
/// </summary>
internal sealed class FaultDice : IWriteFate
{
    /// <summary>Environment variable with the folder of the trial.</summary>
    public const string FolderVariable = "CHAOS_FOLDER";

    /// <summary>Environment variable with the seed of this process.</summary>
    public const string SeedVariable = "CHAOS_SEED";

    /// <summary>File that switches faults on; holds the share of the transactions that fail, such as <c>0.01</c>.</summary>
    public const string Switch = "faults-on";

    /// <summary>Folder of the notes: a file for each process, a line for each fault.</summary>
    public const string Notes = "injected";

    private readonly string _switch;
    private readonly string _notes;
    private readonly Random _random;

    private FaultDice(string folder, int seed)
    {
        _switch = Path.Combine(folder, Switch);
        _notes = Path.Combine(folder, Notes, string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId}-{seed}"));
        _random = new Random(seed);
    }

    /// <summary>The dice that the environment asks for; null where it asks for none.</summary>
    public static FaultDice? OfThisProcess() =>
        Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } folder
        && int.TryParse(Environment.GetEnvironmentVariable(SeedVariable), CultureInfo.InvariantCulture, out var seed)
            ? new FaultDice(folder, seed)
            : null;

    /// <summary>What becomes of the next transaction. Timeouts are the rarest, since each holds up the writer for seconds.</summary>
    public WriteFault Roll()
    {
        // Both are drawn each time, so that the sequence depends on the seed and the number of the transaction alone.
        var (chance, kind) = (_random.NextDouble(), _random.NextDouble());
        return chance >= ReadShare() ? WriteFault.None : kind switch
        {
            < 0.2 => WriteFault.FailsAtStatement,
            < 0.45 => WriteFault.FailsAtCommit,
            < 0.9 => WriteFault.LandsWithoutAnswer,
            _ => WriteFault.TimesOut,
        };
    }

    private double ReadShare()
    {
        try
        {
            return File.Exists(_switch) && double.TryParse(File.ReadAllText(_switch), CultureInfo.InvariantCulture, out var share) ? share : 0;
        }
        catch (IOException)
        {
            return 0; // It was just switched off.
        }
    }

    /// <summary>Notes that a fault took place.</summary>
    public void Note(WriteFault fault) => File.AppendAllText(_notes, fault + "\n");
}
