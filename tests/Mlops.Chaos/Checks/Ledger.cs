using System.Globalization;

namespace Mlops.Chaos.Checks;

/// <summary>An attempt of a block in a run.</summary>
internal readonly record struct Attempt(long RunId, string Block, int Number);

/// <summary>A line of the ledger.</summary>
/// <param name="Position">From 0; lines stand in the order in which they were written.</param>
/// <param name="IsEnd">Whether the block's code came to its end; else it began.</param>
/// <param name="Attempt">Of what.</param>
/// <param name="ProcessId">The runner.</param>
internal sealed record LedgerLine(int Position, bool IsEnd, Attempt Attempt, int ProcessId);

/// <summary>What the blocks' code says that it did: <c>start 12 leaf_3 1 4242</c>.</summary>
internal sealed class Ledger
{
    private Ledger(IReadOnlyList<LedgerLine> lines) => Lines = lines;

    public IReadOnlyList<LedgerLine> Lines { get; }

    public static Ledger Read(string path)
    {
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        var text = reader.ReadToEnd();

        // The last line may be in the midst of being written.
        var lines = text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return new Ledger([.. lines.Select(Parse)]);
    }

    /// <summary>The process that the code of each attempt began in.</summary>
    public IReadOnlyDictionary<Attempt, int> Processes() =>
        Lines.Where(line => !line.IsEnd).GroupBy(line => line.Attempt).ToDictionary(lines => lines.Key, lines => lines.Last().ProcessId);

    private static LedgerLine Parse(string line, int position) =>
        line.Split(' ') is [var word, var run, var block, var attempt, var process] && word is "start" or "end"
            ? new LedgerLine(
                position, word == "end", new Attempt(Number(run), block, (int)Number(attempt)), (int)Number(process))
            : throw new FormatException($"Line {position + 1} of the ledger is no line of ours: '{line}'");

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
