namespace Mlops.Sdk.Tables;

/// <summary>What a pass over a CSV file found.</summary>
/// <param name="Delimiter">The column separator.</param>
/// <param name="FirstRecord">Cells of the first record, unquoted.</param>
/// <param name="RecordCount">Records, the first one included; empty lines between records of several columns are none.</param>
internal sealed record CsvScan(char Delimiter, IReadOnlyList<string> FirstRecord, long RecordCount);
