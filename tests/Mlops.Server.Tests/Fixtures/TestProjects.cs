using Mlops.Testing;

namespace Mlops.Server.Tests.Fixtures;

/// <summary>A projects folder of one test class, written file by file.</summary>
internal sealed class TestProjects : IDisposable
{
    private readonly TempFolder _folder = new();

    public TestProjects(params string[] projects)
    {
        _folder.Write("projects/settings.yaml", "name: testbed\nprojects:\n" + string.Concat(projects.Select(project => $"  {project}: {{}}\n")));
        foreach (var project in projects)
        {
            _folder.Write($"projects/{project}/metadata.yaml", $"project_uuid: {project}\n");
        }
    }

    public string ProjectsPath => Path.Combine(_folder.Path, "projects");

    public string DataPath => Path.Combine(_folder.Path, "data");

    public TestProjects File(string project, string path, string text)
    {
        _folder.Write($"projects/{project}/{path}", text);
        return this;
    }

    /// <summary>Writes a pipeline of C# blocks given as <c>folder/uuid</c> with their upstream blocks.</summary>
    public TestProjects Pipeline(string project, string uuid, params (string Type, string Uuid, string[] Upstream)[] blocks)
    {
        var lines = blocks.Select(block => $"""
            - uuid: {block.Uuid}
              name: {block.Uuid}
              type: {block.Type}
              language: csharp
              upstream_blocks: [{string.Join(", ", block.Upstream)}]

            """);
        return PipelineYaml(project, uuid, $"name: {uuid}\nuuid: {uuid}\ntype: python\nblocks:\n{string.Concat(lines)}");
    }

    public TestProjects PipelineYaml(string project, string uuid, string yaml) => File(project, $"pipelines/{uuid}/metadata.yaml", yaml);

    public void Dispose() => _folder.Dispose();
}
