using System.Text.Json.Serialization;
using Mlops.Server.Api.OpenApi;
using Mlops.Server.Api.Outputs;

namespace Mlops.Server.Api;

/// <summary>The content of block outputs.</summary>
internal static class BlockOutputsApi
{
    public static void MapBlockOutputsApi(this IEndpointRouteBuilder api) =>
        api.MapGet("/pipeline_runs/{id}/blocks/{block}/outputs/{name}", GetAsync).WithTags("Block outputs").WithName("GetBlockOutput")
            .WithSummary("Get an output of a block run")
            .WithDescription("A table as JSON page, CSV or Parquet (by Accept or ?format=); JSON as it is; a model as ML.NET's zip. CSV and Parquet hold the whole table unless offset or limit are given.")
            .Produces<TablePage>().AlsoProduces(OutputFormat.Csv.MediaType, OutputFormat.Parquet.MediaType, OutputFormat.Zip.MediaType)
            .ProducesProblem(400).ProducesProblem(404).ProducesProblem(406).ProducesProblem(409).ProducesProblem(503);

    /// <param name="id">Id of the run.</param>
    /// <param name="block">Uuid of the block; a '/' in it is sent as %2F.</param>
    /// <param name="name">Name of the output, such as output_0.</param>
    /// <param name="format">json, csv, parquet, zip or file; goes before the Accept header.</param>
    /// <param name="offset">First row, from 0.</param>
    /// <param name="limit">At most so many rows, 1 to 10,000; for JSON 100 by default.</param>
    internal static async Task<IResult> GetAsync(
        long id, string block, string name, string? format, long? offset, int? limit, HttpRequest request, BlockOutputReader reader, CancellationToken cancellationToken)
    {
        var checks = new Requests();
        var rows = new RowRange(checks.NotNegative("offset", offset), limit is null ? null : checks.Range("limit", limit, 1, RowRange.MaximumLimit, 0));
        checks.ThrowIfAny();
        // A path's %2F stays as it is up to here, whatever the server; anything else of it was decoded.
        var key = new OutputKey(id, block.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase), name);
        return await reader.ReadAsync(key, OutputFormat.Wanted(format, request), rows, cancellationToken);
    }
}

/// <summary>A page of a table.</summary>
internal sealed record TablePage
{
    /// <summary>The columns in order.</summary>
    public required IReadOnlyList<ColumnResource> Schema { get; init; }

    /// <summary>The rows of this page, cells by column name; a missing value is null.</summary>
    public required IReadOnlyList<IReadOnlyDictionary<string, object?>> Rows { get; init; }

    /// <summary>Rows of the whole table.</summary>
    [JsonPropertyName("rowCount")]
    public required long RowCount { get; init; }

    /// <summary>Number of the first row of this page, from 0.</summary>
    public required long Offset { get; init; }
}
