namespace Mlops.Sdk;

/// <summary>How a CSV file is written.</summary>
public sealed record CsvWriteOptions
{
    /// <summary>Column separator; a comma unless told.</summary>
    public char Delimiter { get; init; } = ',';

    /// <summary>Writes a first column without a name that counts the rows from 0, as pandas does by default.</summary>
    public bool IndexColumn { get; init; }
}
