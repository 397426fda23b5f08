namespace Mlops.Sdk;

/// <summary>How a CSV file is read. Text is UTF-8, quoted by <c>"</c>; an empty cell is null, an empty quoted cell is an empty string.</summary>
public sealed record CsvReadOptions
{
    /// <summary>Column separator; null to take whichever of comma, semicolon, tab and bar the first line holds most.</summary>
    public char? Delimiter { get; init; }

    /// <summary>Whether the first line holds names; null to find out. A file of text columns only is taken to have them.</summary>
    public bool? Header { get; init; }

    /// <summary>DuckDB types by column name, for columns that the sniffer should not decide, such as <c>VARCHAR</c> or <c>DECIMAL(18,2)</c>.</summary>
    public IReadOnlyDictionary<string, string> ColumnTypes { get; init; } = new Dictionary<string, string>();
}
