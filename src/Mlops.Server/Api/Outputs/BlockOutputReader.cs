using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;
using Mlops.Core.Runs;
using Mlops.Sdk;
using Mlops.Server.Api.Problems;

namespace Mlops.Server.Api.Outputs;

/// <summary>Which output.</summary>
internal sealed record OutputKey(long PipelineRunId, string BlockUuid, string Name)
{
    /// <summary>Name of a downloaded file, such as <c>run_42_load_titanic_output_0.csv</c>: only letters, digits, dot, dash and underscore.</summary>
    public string FileName(string ending)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"run_{PipelineRunId}_{BlockUuid}_{Name}{ending}");
        return string.Concat(name.Select(sign => char.IsAsciiLetterOrDigit(sign) || sign is '.' or '-' or '_' ? sign : '_'));
    }
}

/// <summary>Rows of a table: from <paramref name="Offset"/>, at most <paramref name="Limit"/>; null for all there are.</summary>
internal sealed record RowRange(long Offset, int? Limit)
{
    public const int MaximumLimit = 10_000;
    public const int DefaultLimit = 100;

    public bool IsAll => Offset == 0 && Limit is null;
}

/// <summary>Answers with an output in the best form that a request takes.</summary>
internal sealed class BlockOutputReader(BlockOutputStore outputs)
{
    public async Task<IResult> ReadAsync(OutputKey key, IReadOnlyList<OutputFormat> wanted, RowRange rows, CancellationToken cancellationToken)
    {
        var output = await outputs.GetAsync(key.PipelineRunId, key.BlockUuid, key.Name, cancellationToken);
        var offered = OutputFormat.Of(output.Kind);
        var format = wanted.Count == 0 ? offered[0] : wanted.FirstOrDefault(offered.Contains);
        if (format is null)
        {
            return new ProblemResult(Problem.NotAcceptable(
                string.Join(", ", wanted.Select(item => item.MediaType)), string.Join(" or ", offered.Select(item => $"{item.Word} ({item.MediaType})"))));
        }

        await outputs.FetchAsync(output, cancellationToken);
        try
        {
            return output.Kind != OutputKind.Table || (format == OutputFormat.Parquet && rows.IsAll) ? StoredFile(key, output, format)
                : format == OutputFormat.Json ? Page(output, rows)
                : Converted(key, output, format, rows);
        }
        catch (TableFormatException exception)
        {
            throw new DamagedOutputException(output, exception);
        }
    }

    private IResult StoredFile(OutputKey key, BlockOutput output, OutputFormat format)
    {
        var name = format == OutputFormat.Json ? null : key.FileName(Path.GetExtension(output.Path));
        var tag = new EntityTagHeaderValue($"\"{output.Hash}\"");
        return output.Value is { } value
            ? TypedResults.File(Encoding.UTF8.GetBytes(value), format.MediaType, name, enableRangeProcessing: true, entityTag: tag)
            : TypedResults.PhysicalFile(outputs.ResolvePath(output), format.MediaType, name, entityTag: tag, enableRangeProcessing: true);
    }

    private Ok<TablePage> Page(BlockOutput output, RowRange rows)
    {
        using var table = outputs.OpenTable(output);
        using var page = table.Slice(rows.Offset, rows.Limit ?? RowRange.DefaultLimit);
        return TypedResults.Ok(new TablePage
        {
            Schema = [.. output.Columns.Select(ColumnResource.From)],
            Rows = [.. page.Batches.SelectMany(ArrowCells.Rows)],
            RowCount = table.RowCount,
            Offset = rows.Offset,
        });
    }

    private FileStreamHttpResult Converted(OutputKey key, BlockOutput output, OutputFormat format, RowRange rows)
    {
        using var table = outputs.OpenTable(output);
        using var part = rows.IsAll ? null : table.Slice(rows.Offset, rows.Limit ?? int.MaxValue);
        var stream = TemporaryFile.Write(path => Write(part ?? table, format, path));
        return TypedResults.Stream(stream, format.MediaType, key.FileName("." + format.Word));
    }

    private static void Write(Table table, OutputFormat format, string path)
    {
        if (format == OutputFormat.Csv)
        {
            table.WriteCsv(path);
        }
        else
        {
            table.WriteParquet(path);
        }
    }
}
