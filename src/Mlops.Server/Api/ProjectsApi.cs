using Microsoft.AspNetCore.Http.HttpResults;
using Mlops.Core.Projects;

namespace Mlops.Server.Api;

/// <summary>The projects of this platform.</summary>
internal static class ProjectsApi
{
    public static void MapProjectsApi(this IEndpointRouteBuilder api) =>
        api.MapGet("/projects", List).WithName("ListProjects").WithTags("Projects").WithSummary("List the projects")
            .WithDescription("All projects of the platform, in the order of settings.yaml.");

    internal static Ok<ProjectList> List(ProjectCatalog catalog) =>
        TypedResults.Ok(new ProjectList(catalog.PlatformName, [.. catalog.ListProjects().Select(project => ProjectResource.From(project, catalog))]));
}

/// <summary>The projects of this platform.</summary>
/// <param name="Platform">Name of the platform, as settings.yaml gives it.</param>
/// <param name="Projects">The projects, in the order of settings.yaml.</param>
internal sealed record ProjectList(string Platform, IReadOnlyList<ProjectResource> Projects);

/// <summary>A project: a folder of blocks and pipelines.</summary>
internal sealed record ProjectResource
{
    /// <summary>Name of its folder, unique in the platform.</summary>
    /// <example>unit_0_setup</example>
    public required string Uuid { get; init; }

    /// <summary>Number of its pipelines, invalid ones included.</summary>
    public required int PipelineCount { get; init; }

    /// <summary>What is wrong with the project's own files; null where nothing is.</summary>
    public string? Problem { get; init; }

    public static ProjectResource From(Project project, ProjectCatalog catalog) => new()
    {
        Uuid = project.Uuid,
        PipelineCount = catalog.ListPipelines(project.Uuid).Count,
        Problem = project.Problem,
    };
}
