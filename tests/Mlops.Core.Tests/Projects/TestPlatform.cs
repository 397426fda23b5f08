using Microsoft.Extensions.Logging.Abstractions;
using Mlops.Core.Pipelines;
using Mlops.Core.Projects;
using Mlops.Testing;

namespace Mlops.Core.Tests.Projects;

/// <summary>A folder of projects of a test's own.</summary>
public sealed class TestPlatform : IDisposable
{
    private readonly TempFolder _folder = new();

    public string ProjectsPath => _folder.Combine("projects", "settings.yaml")[..^"/settings.yaml".Length];

    public MlopsCoreOptions Options => new() { ProjectsPath = ProjectsPath, DataPath = _folder.Combine("data") };

    public string Path(string relativePath) => _folder.Combine(["projects", .. relativePath.Split('/')]);

    public string Write(string relativePath, string text) => _folder.Write($"projects/{relativePath}", text);

    /// <summary>A project <c>p</c> with a pipeline of the given text and the given block files.</summary>
    public TestPlatform WithPipeline(string uuid, string text, params string[] blockFiles)
    {
        Write("p/metadata.yaml", "project_type: standalone\n");
        Write($"p/pipelines/{uuid}/metadata.yaml", text);
        foreach (var file in blockFiles)
        {
            Write($"p/{file}", "// a block");
        }

        return this;
    }

    /// <summary>The pipeline as read from its files now.</summary>
    public Pipeline Read(string uuid) => PipelineFile.Read(new Project("p", Path("p")), uuid, ProjectsPath, new FileStamps());

    public ProjectCatalog Open(TimeProvider? timeProvider = null) =>
        new(Options, timeProvider ?? TimeProvider.System, NullLogger<ProjectCatalog>.Instance);

    public void Dispose() => _folder.Dispose();
}
