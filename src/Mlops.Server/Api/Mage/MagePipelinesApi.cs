using Microsoft.AspNetCore.Http.HttpResults;
using Mlops.Core;
using Mlops.Core.Pipelines;

namespace Mlops.Server.Api.Mage;

/// <summary>Pipelines and their blocks, as the files are now.</summary>
internal static class MagePipelinesApi
{
    private const string Example = "{\"pipeline\": {\"status\": \"retry_incomplete_block_runs\", \"pipeline_runs\": [{\"id\": 1}]}}";

    public static void MapMagePipelinesApi(this IEndpointRouteBuilder api)
    {
        var pipelines = api.MapGroup("/pipelines");
        pipelines.MapGet("/", ListAsync);
        pipelines.MapGet("/{pipeline}", GetAsync);
        pipelines.MapPut("/{pipeline}", ChangeAsync);
        pipelines.MapGet("/{pipeline}/blocks", ListBlocks);
        pipelines.MapGet("/{pipeline}/blocks/{block}", GetBlock);
    }

    internal static async Task<Ok<MagePipelineList>> ListAsync(MageQuery query, MagePipelines pipelines, CancellationToken cancellationToken) =>
        TypedResults.Ok(await pipelines.ListAsync(query, cancellationToken));

    internal static async Task<Ok<MagePipelineEnvelope>> GetAsync(string pipeline, MageQuery query, MagePipelineFinder pipelines, MagePipelines all, CancellationToken cancellationToken) =>
        TypedResults.Ok(new MagePipelineEnvelope(await all.ShowAsync(pipelines.Get(pipeline, query.Project), query, cancellationToken)));

    internal static async Task<Ok<MagePipelineEnvelope>> ChangeAsync(
        string pipeline, HttpRequest request, MageQuery query, MagePipelineFinder pipelines, MagePipelineChanges changes, CancellationToken cancellationToken)
    {
        var found = pipelines.Get(pipeline, query.Project);
        await changes.ApplyAsync(found, (await MageBody.ReadAsync<MagePipelineChangeEnvelope>(request, Example)).Pipeline, cancellationToken);
        return TypedResults.Ok(new MagePipelineEnvelope(MagePipeline.From(found, withContent: false)));
    }

    internal static Ok<MageBlockList> ListBlocks(string pipeline, MageQuery query, MagePipelineFinder pipelines)
    {
        var page = query.Page(int.MaxValue, int.MaxValue);
        query.ThrowIfAny();
        var blocks = MageBlock.From([.. pipelines.Get(pipeline, query.Project).AllBlocks], withContent: query.IsSet("includes_content"));
        return TypedResults.Ok(new MageBlockList(page.Of(blocks), page.Describe(blocks.Count)));
    }

    internal static Ok<MageBlockEnvelope> GetBlock(string pipeline, string block, MageQuery query, MagePipelineFinder pipelines)
    {
        var all = pipelines.Get(pipeline, query.Project).AllBlocks.ToList();
        // A path's %2F stays as it is up to here, whatever the server; anything else of it was decoded.
        var uuid = block.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        var found = MageBlock.From(all, withContent: false).FirstOrDefault(each => each.Uuid == uuid) ?? throw new NotFoundException(
            "block", uuid, $"The pipeline '{pipeline}' has no block '{uuid}'. It has: {string.Join(", ", all.Select(each => each.Uuid))}.");
        return TypedResults.Ok(new MageBlockEnvelope(found with { Content = PipelineService.ReadCode(all.First(each => each.Uuid == uuid)) }));
    }
}
