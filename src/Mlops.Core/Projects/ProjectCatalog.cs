using Mlops.Core.Pipelines;

namespace Mlops.Core.Projects;

/// <summary>All projects and pipelines under the projects folder, as they are on disk now. Thread-safe.</summary>
public sealed class ProjectCatalog
{
    /// <summary>Raised after files of a project changed and were read again; may come on any thread.</summary>
    public event Action<ProjectChange>? Changed { add { } remove { } }

    /// <summary>Name of the platform, shown top left.</summary>
    public string PlatformName => throw new NotImplementedException();

    /// <summary>The projects in the order of <c>settings.yaml</c>; those it names that are absent are left out.</summary>
    public IReadOnlyList<Project> ListProjects() => throw new NotImplementedException();

    /// <exception cref="NotFoundException">There is no such project.</exception>
    public Project GetProject(string projectUuid) => throw new NotImplementedException();

    /// <summary>The pipelines of a project by uuid, invalid ones with their problems among them.</summary>
    /// <exception cref="NotFoundException">There is no such project.</exception>
    public IReadOnlyList<Pipeline> ListPipelines(string projectUuid) => throw new NotImplementedException();

    /// <exception cref="NotFoundException">There is no such project or pipeline.</exception>
    public Pipeline GetPipeline(string projectUuid, string pipelineUuid) => throw new NotImplementedException();
}

/// <summary>Files of a project changed on disk.</summary>
/// <param name="ProjectUuid">The project; null when the list of projects changed.</param>
public sealed record ProjectChange(string? ProjectUuid);
