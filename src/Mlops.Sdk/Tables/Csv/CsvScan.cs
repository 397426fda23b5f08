namespace Mlops.Sdk.Tables;

/// <summary>What a pass over a CSV file found.</summary>
/// <param name="Delimiter">The column separator.</param>
/// <param name="FirstRecord">Cells of the first record, unquoted.</param>
/// <param name="RecordCount">Records, the first one included; empty lines between records of several columns are none.</param>
/// <param name="LongestRecord">Bytes of the longest record.</param>
/// <param name="MixedLineEnds">Whether some lines end in a line feed alone and others in carriage return and line feed.</param>
internal sealed record CsvScan(char Delimiter, IReadOnlyList<string> FirstRecord, long RecordCount, long LongestRecord, bool MixedLineEnds);
