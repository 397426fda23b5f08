using Mlops.Core.Pipelines;
using Mlops.Core.Projects.Products;

namespace Mlops.Core.Projects;

/// <summary>Reads the folder of projects, again only where files changed. Whatever is wrong with one file stays with what the file describes.</summary>
internal sealed class CatalogReader(string rootPath)
{
    /// <summary>The state on disk now.</summary>
    /// <param name="known">The state before; null at the first time.</param>
    /// <param name="check">What is known about changes.</param>
    public CatalogSnapshot Read(CatalogSnapshot? known, FileCheck check)
    {
        var settingsPath = Path.Combine(rootPath, PlatformSettings.FileName);
        var settings = FileCache<PlatformSettings>.Refresh(
            known?.Settings,
            [settingsPath],
            stamps =>
            {
                stamps.Add(settingsPath);
                return PlatformSettings.Read(settingsPath);
            },
            check);
        var projects = new List<ProjectSnapshot>();
        foreach (var (uuid, path, problem) in FindProjects(settings.Value))
        {
            if (projects.All(project => project.Project.Uuid != uuid))
            {
                projects.Add(ReadProject(known?.Find(uuid), uuid, path, problem, check));
            }
        }

        return known is not null && settings == known.Settings && projects.SequenceEqual(known.Projects, ReferenceEqualityComparer.Instance)
            ? known
            : new CatalogSnapshot(settings, projects);
    }

    private IEnumerable<(string Uuid, string Path, string? Problem)> FindProjects(PlatformSettings settings)
    {
        if (settings.Projects is null)
        {
            return ListDirectories(rootPath).Where(name => File.Exists(Path.Combine(rootPath, name, "metadata.yaml")))
                .Select(name => (name, path: Resolve(name), settings.Problem)).Where(project => project.path is not null)
                .Select(project => (project.name, project.path!, project.Problem));
        }

        return settings.Projects.Select(project => (project.Uuid, path: Resolve(project.Path)))
            .Where(project => Directory.Exists(project.path)).Select(project => (project.Uuid, project.path!, settings.Problem));
    }

    private string? Resolve(string path) => ProjectPaths.TryResolve(rootPath, path, out var full) is null ? full : null;

    private ProjectSnapshot ReadProject(ProjectSnapshot? known, string uuid, string path, string? platformProblem, FileCheck check)
    {
        known = known?.Project.DirectoryPath == path ? known : null;
        var metadataPath = Path.Combine(path, "metadata.yaml");
        var metadata = FileCache<ProjectMetadata>.Refresh(known?.Metadata, [metadataPath], stamps => ProjectMetadata.Read(path, stamps), check);
        var productsPath = Path.Combine(path, GlobalDataProductFile.FileName);
        var products = FileCache<GlobalDataProductFile>.Refresh(known?.Products, [productsPath], stamps => GlobalDataProductFile.Read(path, stamps), check);
        var files = new SortedDictionary<string, FileCache<Pipeline>>(StringComparer.Ordinal);
        var project = new Project(uuid, path);
        foreach (var name in ListPipelines(path))
        {
            files[name] = FileCache<Pipeline>.Refresh(
                known?.Files.GetValueOrDefault(name),
                [Path.Combine(path, "pipelines", name, PipelineFile.FileName), Path.Combine(path, "pipelines", name, "triggers.yaml")],
                stamps => PipelineFile.Read(project, name, rootPath, stamps),
                check);
        }

        project = project with
        {
            Problem = string.Join(' ', new[] { platformProblem, metadata.Value.Problem, products.Value.Problem }.OfType<string>()) is { Length: > 0 } problem ? problem : null,
            Products = products.Value.Products,
            Retry = metadata.Value.Retry,
            Limits = metadata.Value.Limits,
            RetentionPeriod = metadata.Value.RetentionPeriod,
            Variables = metadata.Value.Variables,
        };
        var isKnown = known is not null && known.Project == project && known.Files.Count == files.Count
            && files.All(file => known.Files.TryGetValue(file.Key, out var old) && ReferenceEquals(old.Value, file.Value.Value));
        return isKnown && metadata == known!.Metadata && products == known.Products && files.All(file => known.Files[file.Key] == file.Value)
            ? known
            : new ProjectSnapshot(project, metadata, products, files, isKnown ? known!.Pipelines : [.. files.Values.Select(file => file.Value)]);
    }

    private static IEnumerable<string> ListPipelines(string projectPath) =>
        ProjectPaths.TryResolve(projectPath, "pipelines", out var folder) is null
            ? ListDirectories(folder).Where(name => File.Exists(Path.Combine(folder, name, PipelineFile.FileName)))
            : [];

    private static List<string> ListDirectories(string path)
    {
        try
        {
            return [.. Directory.EnumerateDirectories(path).Select(full => Path.GetFileName(full)).Where(name => !name.StartsWith('.'))
                .Order(StringComparer.Ordinal)];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return []; // Missing, or not ours to read: there is nothing in it for us.
        }
    }
}
