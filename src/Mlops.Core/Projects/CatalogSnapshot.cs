using Mlops.Core.Pipelines;
using Mlops.Core.Projects.Products;

namespace Mlops.Core.Projects;

/// <summary>All projects as they were on disk at one time; immutable. Parts that did not change since the one before are the same objects.</summary>
/// <param name="Settings">What <c>settings.yaml</c> says.</param>
/// <param name="Projects">The projects in order.</param>
internal sealed record CatalogSnapshot(FileCache<PlatformSettings> Settings, IReadOnlyList<ProjectSnapshot> Projects)
{
    /// <summary>The project, or null.</summary>
    public ProjectSnapshot? Find(string projectUuid) => Projects.FirstOrDefault(project => project.Project.Uuid == projectUuid);
}

/// <summary>A project as it was on disk at one time.</summary>
/// <param name="Project">The project.</param>
/// <param name="Metadata">What its <c>metadata.yaml</c> says.</param>
/// <param name="Products">What its <c>global_data_products.yaml</c> says.</param>
/// <param name="Files">Its pipelines by uuid.</param>
/// <param name="Pipelines">The same as a list by uuid.</param>
internal sealed record ProjectSnapshot(
    Project Project, FileCache<ProjectMetadata> Metadata, FileCache<GlobalDataProductFile> Products, IReadOnlyDictionary<string, FileCache<Pipeline>> Files,
    IReadOnlyList<Pipeline> Pipelines);
