
namespace Mlops.Chaos.Graphs;

/// <summary>Writes the projects folder of the trial.</summary>
internal static class ChaosProject
{
    /// <summary>Uuid of its one project.</summary>
    public const string Uuid = "chaos";

    private const string Resources = "blocks/";

    /// <summary>Writes it to a folder that does not exist yet.</summary>
    public static void Write(string projectsPath)
    {
        WriteText(Path.Combine(projectsPath, "settings.yaml"), $"name: mlops\nprojects:\n  {Uuid}: {{}}\n");
        var project = Path.Combine(projectsPath, Uuid);
        WriteText(Path.Combine(project, "metadata.yaml"), $"project_type: sub\nproject_uuid: {Uuid}\n");
        var assembly = typeof(ChaosProject).Assembly;
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Resources, StringComparison.Ordinal)))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            var file = name[Resources.Length..];
            WriteText(Path.Combine(project, file == "Ledger.cs" ? "utils" : "custom", file), reader.ReadToEnd());
        }

        foreach (var graph in Graph.All)
        {
            WriteText(Path.Combine(project, "pipelines", graph.Name, "metadata.yaml"), Describe(graph));
        }
    }

    private static string Describe(Graph graph) =>
        $"name: {graph.Name}\nuuid: {graph.Name}\ntype: python\nblocks:\n{string.Concat(graph.Blocks.Select(Describe))}";

    private static string Describe(GraphBlock block) =>
        $"""
        - uuid: {block.Uuid}
          name: {block.Uuid}
          type: custom
          language: csharp
          configuration:
            file_source:
              path: {Uuid}/custom/{block.File}.cs
          upstream_blocks: [{string.Join(", ", block.Upstream)}]
          {block.Settings}

        """;

    private static void WriteText(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
