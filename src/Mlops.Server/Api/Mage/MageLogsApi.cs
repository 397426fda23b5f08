using Microsoft.AspNetCore.Http.HttpResults;

namespace Mlops.Server.Api.Mage;

/// <summary>What runs wrote.</summary>
internal static class MageLogsApi
{
    public static void MapMageLogsApi(this IEndpointRouteBuilder api)
    {
        api.MapGet("/block_runs/{id}/logs", ReadBlockRunAsync);
        api.MapGet("/pipelines/{pipeline}/logs", ReadPipelineAsync);
    }

    internal static async Task<Ok<MageLogList<MageLog>>> ReadBlockRunAsync(long id, MageLogs logs, CancellationToken cancellationToken) =>
        TypedResults.Ok(await logs.ReadAsync(id, cancellationToken));

    internal static async Task<Ok<MageLogList<MagePipelineLogs>>> ReadPipelineAsync(
        string pipeline, MageQuery query, MagePipelineFinder pipelines, MageLogs logs, CancellationToken cancellationToken) =>
        TypedResults.Ok(await logs.ReadAsync(pipelines.Get(pipeline, query.Project), query, cancellationToken));
}
