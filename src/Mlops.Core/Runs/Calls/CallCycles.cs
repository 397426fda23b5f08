using Mlops.Core.Pipelines;
using Mlops.Core.Projects;

namespace Mlops.Core.Runs.Calls;

/// <summary>Finds pipelines that would run themselves by way of their blocks that are runs of pipelines.</summary>
internal static class CallCycles
{
    /// <summary>The way from a pipeline back to it, in words such as <c>a -> b -> a</c>; null where there is none.</summary>
    public static string? Find(ProjectCatalog catalog, PipelineName start)
    {
        var seen = new HashSet<PipelineName>();
        var path = new List<PipelineName> { start };
        return Walk(catalog, start, start, seen, path) ? string.Join(" -> ", path.Select(name => Describe(name, start))) : null;
    }

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
