using Mlops.Core.Runs;
using Mlops.Sdk;
using Mlops.Server.Api;
using Mlops.Server.Api.Outputs;

namespace Mlops.Server.Components.Shared.Outputs;

/// <summary>Some rows of a table as text.</summary>
/// <param name="Offset">Rows before them.</param>
/// <param name="Rows">The cells row by row, in the order of the columns; null for a missing one.</param>
internal sealed record DataPage(long Offset, IReadOnlyList<IReadOnlyList<string?>> Rows)
{
    /// <summary>Rows a page has.</summary>
    public const int Size = 20;

    /// <summary>Longer texts are cut: a cell is a preview.</summary>
    private const int LongestCell = 300;

    /// <summary>Reads the rows from <paramref name="offset"/> on; only the row groups that hold them are read.</summary>
    /// <exception cref="DamagedOutputException">The file cannot be read.</exception>
    public static DataPage Read(BlockOutputStore store, BlockOutput output, long offset)
    {
        try
        {
            using var table = store.OpenTable(output);
            using var slice = table.Slice(offset, Size);
            var names = slice.Schema.FieldsList.Select(field => field.Name).ToList();
            return new(offset, [.. slice.Batches.SelectMany(ArrowCells.Rows).Select(row => (IReadOnlyList<string?>)[.. names.Select(name => Cut(CellText.Of(row[name])))])]);
        }
        catch (TableFormatException exception)
        {
            throw new DamagedOutputException(output, exception);
        }
    }

    /// <summary>The offset that shows <paramref name="row"/> (from 1) first, as far as there are rows.</summary>
    public static long OffsetOf(long row, long rowCount) => Math.Clamp(row - 1, 0, Math.Max(0, rowCount - 1));

    private static string? Cut(string? text) => text?.Length > LongestCell ? $"{text.AsSpan(0, LongestCell)}…" : text;
}
