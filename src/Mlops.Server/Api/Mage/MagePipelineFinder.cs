using Mlops.Core;
using Mlops.Core.Pipelines;
using Mlops.Core.Projects;

namespace Mlops.Server.Api.Mage;

/// <summary>Finds pipelines as Mage's addresses name them: by uuid alone, since an installation of Mage has one project.</summary>
internal sealed class MagePipelineFinder(ProjectCatalog catalog)
{
    private const int NamesShown = 50;

    /// <summary>The pipeline of a uuid.</summary>
    /// <param name="uuid">Its uuid.</param>
    /// <param name="project">The project that is meant; null where there is only one with such a pipeline.</param>
    /// <exception cref="NotFoundException">There is none.</exception>
    /// <exception cref="InvalidRequestException"><c>conflict</c>: several projects have one.</exception>
    public Pipeline Get(string uuid, string? project)
    {
        if (project is not null)
        {
            return catalog.GetPipeline(project, uuid);
        }

        return List(null).Where(pipeline => pipeline.Uuid == uuid).ToList() switch
        {
            [var only] => only,
            [] => throw new NotFoundException("pipeline", uuid, $"No project has a pipeline '{uuid}'. There are: {Names()}."),
            var several => throw new InvalidRequestException(
                "conflict",
                [$"Several projects have a pipeline '{uuid}': {string.Join(", ", several.Select(pipeline => pipeline.ProjectUuid))}. Say which one is meant, by ?project=."]),
        };
    }

    /// <summary>All pipelines, of one project or of all, by project and uuid.</summary>
    /// <exception cref="NotFoundException">There is no such project.</exception>
    public IReadOnlyList<Pipeline> List(string? project) => [.. Projects(project).SelectMany(each => catalog.ListPipelines(each.Uuid))];

    /// <summary>One project or all.</summary>
    /// <exception cref="NotFoundException">There is no such project.</exception>
    public IReadOnlyList<Project> Projects(string? project) => project is null ? catalog.ListProjects() : [catalog.GetProject(project)];

    private string Names()
    {
        var all = List(null);
        var names = string.Join(", ", all.Take(NamesShown).Select(pipeline => pipeline.Uuid));
        return all.Count == 0 ? "none" : all.Count > NamesShown ? $"{names} and {all.Count - NamesShown:N0} more" : names;
    }
}
