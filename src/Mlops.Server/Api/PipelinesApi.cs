using Microsoft.AspNetCore.Http.HttpResults;
using Mlops.Core.Projects;
using Mlops.Core.Runs;

namespace Mlops.Server.Api;

/// <summary>The pipelines of a project, as their files are now.</summary>
internal static class PipelinesApi
{
    public static void MapPipelinesApi(this IEndpointRouteBuilder api)
    {
        var pipelines = api.MapGroup("/projects/{project}/pipelines").WithTags("Pipelines");
        pipelines.MapGet("/", List).WithName("ListPipelines").WithSummary("List the pipelines of a project")
            .WithDescription("By uuid; invalid ones are among them and say what is wrong.").ProducesProblem(404);
        pipelines.MapGet("/{pipeline}", Get).WithName("GetPipeline").WithSummary("Get a pipeline")
            .WithDescription("Its blocks, variables and problems.").ProducesProblem(404);
    }

    /// <param name="project">Uuid of the project.</param>
    internal static Ok<PipelineList> List(string project, ProjectCatalog catalog, IBlockHost host) =>
        TypedResults.Ok(new PipelineList([.. catalog.ListPipelines(project).Select(pipeline => PipelineResource.From(pipeline, catalog.GetProject(project), host))]));

    /// <param name="project">Uuid of the project.</param>
    /// <param name="pipeline">Uuid of the pipeline.</param>
    internal static Ok<PipelineResource> Get(string project, string pipeline, ProjectCatalog catalog, IBlockHost host) =>
        TypedResults.Ok(PipelineResource.From(catalog.GetPipeline(project, pipeline), catalog.GetProject(project), host));
}
