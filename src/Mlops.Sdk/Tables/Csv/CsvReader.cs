using System.Globalization;
using DuckDB.NET.Data;

namespace Mlops.Sdk.Tables;

/// <summary>CSV files and addresses to tables, by DuckDB once <see cref="CsvScanner"/> found the file sound.</summary>
internal static class CsvReader
{
    // DuckDB's own limit of a line.
    private const long DefaultLineBytes = 2_000_000;

    public static async Task<Table> ReadAsync(string pathOrAddress, CsvReadOptions options, CancellationToken cancellationToken)
    {
        if (CsvDownload.IsAddress(pathOrAddress, out var address))
        {
            using var download = await CsvDownload.GetAsync(address, cancellationToken);
            return await ReadFileAsync(download.Path, pathOrAddress, options, cancellationToken);
        }

        return File.Exists(pathOrAddress)
            ? await ReadFileAsync(Path.GetFullPath(pathOrAddress), pathOrAddress, options, cancellationToken)
            : throw new FileNotFoundException($"There is no file '{Path.GetFullPath(pathOrAddress)}'. Give the path of a CSV file, or an http(s) address.", pathOrAddress);
    }

    private static async Task<Table> ReadFileAsync(string path, string name, CsvReadOptions options, CancellationToken cancellationToken)
    {
        var scan = await Task.Run(() => new CsvScanner(path, name, options.Delimiter).Scan(cancellationToken), cancellationToken);
        using var connection = DuckDb.Open();
        using var command = connection.CreateCommand();
        command.CommandText = Query(path, scan, options);
        try
        {
            // On a thread of its own: DuckDB.NET's calls block until the first batch is there.
            var table = await Task.Run(() => DuckDb.ReadTableAsync(command, $"'{name}'", cancellationToken), cancellationToken);
            try
            {
                Check(table, scan, name);
                return table;
            }
            catch
            {
                table.Dispose();
                throw;
            }
        }
        catch (DuckDBException exception)
        {
            throw new TableFormatException($"'{name}' cannot be read as CSV: {FirstLines(exception.Message)}", exception);
        }
    }

    private static string Query(string path, CsvScan scan, CsvReadOptions options)
    {
        // The dialect is fixed, so that the sniffer is left with the types and the header: with its own choice of comment sign it would
        // drop lines that begin with '#'.
        var arguments = new List<string>
        {
            DuckDb.Literal(path), $"delim = {DuckDb.Literal(scan.Delimiter.ToString(CultureInfo.InvariantCulture))}", "quote = '\"'", "escape = '\"'",
            "comment = ''", "skip = 0", "nullstr = ''", "allow_quoted_nulls = false", "null_padding = false", "sample_size = -1",
        };
        if (scan.MixedLineEnds)
        {
            arguments.Add("strict_mode = false");
        }

        if (scan.LongestRecord > DefaultLineBytes)
        {
            // The buffer would otherwise be 16 times the longest line.
            arguments.Add(string.Create(CultureInfo.InvariantCulture, $"max_line_size = {scan.LongestRecord + 16}"));
            arguments.Add(string.Create(CultureInfo.InvariantCulture, $"buffer_size = {(scan.LongestRecord + 16) * 2}"));
        }

        if (options.Header is { } header)
        {
            arguments.Add(header ? "header = true" : "header = false");
        }

        if (options.ColumnTypes.Count > 0)
        {
            arguments.Add($"types = {{{string.Join(", ", options.ColumnTypes.Select(t => $"{DuckDb.Literal(t.Key)}: {DuckDb.Literal(t.Value)}"))}}}");
        }

        return $"select * from read_csv({string.Join(", ", arguments)})";
    }

    private static void Check(Table table, CsvScan scan, string name)
    {
        // The sniffer drops lines that it cannot make sense of; the scan counted them.
        var withNames = scan.FirstRecord.All(string.IsNullOrWhiteSpace)
            ? table.RowCount < scan.RecordCount
            : table.Schema.FieldsList.Zip(scan.FirstRecord).Any(c => c.First.Name.Trim() == c.Second.Trim());
        if (table.Schema.FieldsList.Count != scan.FirstRecord.Count || table.RowCount != scan.RecordCount - (withNames ? 1 : 0))
        {
            var cause = scan.MixedLineEnds ? "Its lines end in different ways: save it with one kind of line end." : "Give its separator and whether its first line holds names.";
            throw new TableFormatException(string.Create(
                CultureInfo.InvariantCulture,
                $"'{name}' has {scan.RecordCount} lines of {scan.FirstRecord.Count} columns, but was read as {table.RowCount} rows of {table.Schema.FieldsList.Count}. {cause}"));
        }

        // DuckDB renames a second column 'a' to 'a_1', which nobody would expect.
        var twice = scan.FirstRecord.Where(n => n.Length > 0).GroupBy(n => n).FirstOrDefault(g => g.Count() > 1);
        if (withNames && twice is not null)
        {
            throw new TableFormatException($"'{name}' has more than one column named '{twice.Key}'. Give every column a name of its own.");
        }
    }

    private static string FirstLines(string message) => string.Join(' ', message.Split('\n', StringSplitOptions.RemoveEmptyEntries).Take(3));
}
