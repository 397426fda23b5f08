using Mlops.Benchmarks.Scenarios;
using Mlops.Testing;

namespace Mlops.Benchmarks.Engine;

/// <summary>The project that holds a pipeline for each scenario.</summary>
internal static class BenchmarkProject
{
    public const string Uuid = "bench";

    /// <summary>Writes it to <c>projects</c> in the folder.</summary>
    public static void Write(TempFolder folder, IReadOnlyList<Scenario> scenarios, string? triggers)
    {
        folder.Write("projects/settings.yaml", $"name: bench\nprojects:\n  {Uuid}: {{}}\n");
        folder.Write($"projects/{Uuid}/metadata.yaml", $"project_uuid: {Uuid}\n");
        foreach (var scenario in scenarios)
        {
            folder.Write($"projects/{Uuid}/pipelines/{scenario.Name}/metadata.yaml", Yaml(scenario));
            if (triggers is not null && scenario == scenarios[0])
            {
                folder.Write($"projects/{Uuid}/pipelines/{scenario.Name}/triggers.yaml", triggers);
            }

            foreach (var block in scenario.Blocks.DistinctBy(block => block.File))
            {
                folder.Write($"projects/{Uuid}/custom/{scenario.Name}_{block.File}.cs", block.Code);
            }
        }
    }

    private static string Yaml(Scenario scenario) =>
        $"uuid: {scenario.Name}\nname: {scenario.Name}\ntype: python\nblocks:\n" + string.Concat(scenario.Blocks.Select(block =>
            $$"""
            - uuid: {{block.Uuid}}
              name: {{block.Uuid}}
              type: custom
              language: csharp
              configuration:
                file_source:
                  path: {{Uuid}}/custom/{{scenario.Name}}_{{block.File}}.cs
              upstream_blocks: [{{string.Join(", ", block.Upstream)}}]

            """));
}
