using Mlops.Core.Pipelines;
using Mlops.Core.Projects;
using Mlops.Core.Projects.Products;

namespace Mlops.Core.Runs.Calls;

/// <summary>What can be known of the pipelines that blocks run, before they are.</summary>
public static class CalledPipelines
{
    /// <summary>What keeps blocks of a pipeline from being runs, each with its block: a pipeline or product that is not there, or a way back to the pipeline itself.</summary>
    public static IEnumerable<(Block Block, string Problem)> FindProblems(ProjectCatalog catalog, Pipeline pipeline)
    {
        var name = new PipelineName(pipeline.ProjectUuid, pipeline.Uuid);
        foreach (var block in pipeline.Blocks.Where(block => block.IsRun))
        {
            if (FindMissing(catalog, name, block) is { } missing)
            {
                yield return (block, missing);
            }
        }

        if (FindCycle(catalog, name) is { } cycle)
        {
            yield return (pipeline.Blocks.First(block => block.IsRun), DescribeCycle(name, cycle));
        }
    }

    /// <summary>That a pipeline would run itself, in words.</summary>
    internal static string DescribeCycle(PipelineName name, string cycle) =>
        $"Pipeline '{name.PipelineUuid}' would run itself without end: {cycle}. Take out one of the blocks of type pipeline or global_data_product between them.";

    /// <summary>The way from a pipeline back to it, in words such as <c>a -> b -> a</c>; null where there is none.</summary>
    internal static string? FindCycle(ProjectCatalog catalog, PipelineName start)
    {
        var seen = new HashSet<PipelineName>();
        var path = new List<PipelineName> { start };
        return Walk(catalog, start, start, seen, path) ? string.Join(" -> ", path.Select(name => Describe(name, start))) : null;
    }

    private static string? FindMissing(ProjectCatalog catalog, PipelineName name, Block block)
    {
        var owner = block.Call?.ProjectUuid ?? block.Product?.ProjectUuid ?? name.ProjectUuid;
        if (catalog.Snapshot.Find(owner) is not { } project)
        {
            return $"Block '{block.Uuid}' names the project '{owner}', which is not there. There are: {List(catalog.ListProjects().Select(each => each.Uuid))}.";
        }

        if (block.Product is { } use && !project.Project.Products.ContainsKey(use.ProductUuid))
        {
            return $"Block '{block.Uuid}' gives the global data product '{use.ProductUuid}', which {GlobalDataProductFile.FileName} of '{owner}' does not have. It has: {List(project.Project.Products.Keys)}.";
        }

        var called = CalledBy(catalog, name, block)!.Value;
        var pipelines = catalog.Snapshot.Find(called.ProjectUuid)?.Files;
        return pipelines?.ContainsKey(called.PipelineUuid) == true
            ? null
            : $"Block '{block.Uuid}' runs the pipeline '{called.PipelineUuid}', which project '{called.ProjectUuid}' does not have. It has: {List(pipelines?.Keys ?? [])}.";
    }

    private static string List(IEnumerable<string> names) => string.Join(", ", names) is { Length: > 0 } list ? list : "none";

    private static bool Walk(ProjectCatalog catalog, PipelineName name, PipelineName start, HashSet<PipelineName> seen, List<PipelineName> path)
    {
        foreach (var called in Calls(catalog, name))
        {
            path.Add(called);
            if (called == start || (seen.Add(called) && Walk(catalog, called, start, seen, path)))
            {
                return true;
            }

            path.RemoveAt(path.Count - 1);
        }

        return false;
    }

    /// <summary>One that does not exist, or cannot be read, is found when its turn comes.</summary>
    private static IEnumerable<PipelineName> Calls(ProjectCatalog catalog, PipelineName name) =>
        catalog.Snapshot.Find(name.ProjectUuid)?.Files.TryGetValue(name.PipelineUuid, out var file) == true
            ? file.Value.Blocks.Select(block => CalledBy(catalog, name, block)).OfType<PipelineName>().Distinct()
            : [];

    private static PipelineName? CalledBy(ProjectCatalog catalog, PipelineName name, Block block)
    {
        if (block.Call is { } call)
        {
            return new PipelineName(call.ProjectUuid ?? name.ProjectUuid, call.PipelineUuid);
        }

        var owner = block.Product is { } use ? catalog.Snapshot.Find(use.ProjectUuid ?? name.ProjectUuid)?.Project : null;
        return owner?.Products.GetValueOrDefault(block.Product!.ProductUuid) is { } product
            ? new PipelineName(product.ProjectUuid ?? owner.Uuid, product.PipelineUuid)
            : null;
    }

    private static string Describe(PipelineName name, PipelineName start) =>
        name.ProjectUuid == start.ProjectUuid ? name.PipelineUuid : $"{name.ProjectUuid}/{name.PipelineUuid}";
}
