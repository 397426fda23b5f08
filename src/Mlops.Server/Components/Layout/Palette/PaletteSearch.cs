using System.Globalization;
using Mlops.Core;
using Mlops.Core.Pipelines;
using Mlops.Core.Projects;
using Mlops.Core.Runs;
using Mlops.Server.Components.Shared;

namespace Mlops.Server.Components.Layout.Palette;

/// <summary>Finds what a person may want to jump to: pipelines, blocks, runs by number, sections, projects. At most some of each.</summary>
internal sealed class PaletteSearch(ProjectCatalog catalog, PipelineRunService runs)
{
    private const int MostOfGroup = 6;

    /// <summary>The best finds in the order of their groups.</summary>
    /// <param name="projectUuid">The project that is shown: what is in it comes first.</param>
    /// <param name="text">What was typed; each word has to be in the name, without regard to case. A number, or # and a number, is a run.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<PaletteItem>> FindAsync(string projectUuid, string text, CancellationToken cancellationToken)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var pipelines = words.Length == 0 ? [] : FindPipelines(projectUuid, words);
        return
        [
            .. await FindRunAsync(text.Trim().TrimStart('#'), cancellationToken),
            .. await Task.WhenAll(pipelines.Select(pipeline => ItemAsync(pipeline, cancellationToken))),
            .. words.Length == 0 ? [] : FindBlocks(projectUuid, words).Take(MostOfGroup),
            .. Sections(projectUuid).Where(section => Matches(section.Name, words)),
            .. catalog.ListProjects().Where(project => project.Uuid != projectUuid && Matches(project.Uuid, words)).Take(MostOfGroup)
                .Select(project => new PaletteItem("Projects", project.Uuid, "", Addresses.Pipelines(project.Uuid), "files")),
        ];
    }

    private static bool Matches(string name, string[] words) => words.All(word => name.Contains(word, StringComparison.OrdinalIgnoreCase));

    private static IEnumerable<PaletteItem> Sections(string projectUuid) =>
    [
        new("Go to", "Pipelines", projectUuid, Addresses.Pipelines(projectUuid), "pipelines"),
        new("Go to", "Triggers", projectUuid, Addresses.Triggers(projectUuid), "triggers"),
        new("Go to", "Pipeline runs", projectUuid, Addresses.Runs(projectUuid), "runs"),
        new("Go to", "Backfills", projectUuid, Addresses.Backfills(projectUuid), "calendar"),
        new("Go to", "Global data products", projectUuid, Addresses.Products(projectUuid), "products"),
        new("Go to", "Approvals", projectUuid, Addresses.Approvals(projectUuid), "check"),
        new("Go to", "Variables", projectUuid, Addresses.Variables(projectUuid), "variables"),
        new("Go to", "Secrets", projectUuid, Addresses.Secrets(projectUuid), "secrets"),
    ];

    /// <summary>Those whose name begins with the text first, then this project's, then by name.</summary>
    private List<Pipeline> FindPipelines(string projectUuid, string[] words) =>
    [
        .. catalog.ListProjects().SelectMany(project => catalog.ListPipelines(project.Uuid))
            .Where(pipeline => Matches(pipeline.Name, words) || Matches(pipeline.Uuid, words))
            .OrderBy(pipeline => !pipeline.Name.StartsWith(words[0], StringComparison.OrdinalIgnoreCase))
            .ThenBy(pipeline => pipeline.ProjectUuid != projectUuid)
            .ThenBy(pipeline => pipeline.Name, StringComparer.OrdinalIgnoreCase)
            .Take(MostOfGroup),
    ];

    private IEnumerable<PaletteItem> FindBlocks(string projectUuid, string[] words) =>
        from pipeline in catalog.ListPipelines(projectUuid)
        from block in pipeline.Blocks
        where Matches(block.Name, words) || Matches(block.Uuid, words)
        group (Pipeline: pipeline, Block: block) by block.Uuid into uses
        orderby !uses.Key.StartsWith(words[0], StringComparison.OrdinalIgnoreCase), uses.Key
        let first = uses.First()
        select new PaletteItem(
            "Blocks", first.Block.Name, $"{first.Block.Type.Label.ToLowerInvariant()}, in {Where(uses.Select(use => use.Pipeline.Name).Distinct().ToList())}",
            Addresses.Pipeline(projectUuid, first.Pipeline.Uuid), "")
        {
            BlockType = BlockTypeLook.WordOf(first.Block.Type),
        };

    private static string Where(List<string> pipelines) => pipelines.Count == 1 ? pipelines[0] : Numbers.Count(pipelines.Count, "pipeline");

    private async Task<PaletteItem> ItemAsync(Pipeline pipeline, CancellationToken cancellationToken)
    {
        var last = await runs.ListAsync(new PipelineRunFilter(pipeline.ProjectUuid, pipeline.Uuid, Limit: 1), cancellationToken);
        return new PaletteItem("Pipelines", pipeline.Name, pipeline.ProjectUuid, Addresses.Pipeline(pipeline.ProjectUuid, pipeline.Uuid), "pipelines")
        {
            Status = last.Runs.Count > 0 ? last.Runs[0].Status.ToWord() : null,
        };
    }

    private async Task<IReadOnlyList<PaletteItem>> FindRunAsync(string number, CancellationToken cancellationToken)
    {
        if (!long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
        {
            return [];
        }

        try
        {
            var run = await runs.GetAsync(id, cancellationToken);
            return [new PaletteItem("Runs", $"Run #{id}", $"{run.PipelineUuid}, {run.ProjectUuid}", Addresses.Run(run.ProjectUuid, run.PipelineUuid, id), "runs") { Status = run.Status.ToWord() }];
        }
        catch (NotFoundException)
        {
            // A number may be part of a name as well: that no run has it is no news.
            return [];
        }
    }
}
