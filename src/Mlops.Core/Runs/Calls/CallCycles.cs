using Mlops.Core.Pipelines;
using Mlops.Core.Projects;

namespace Mlops.Core.Runs.Calls;

/// <summary>Finds pipelines that would run themselves by way of their blocks of type <c>pipeline</c>.</summary>
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
            ? file.Value.Blocks.Select(block => block.Call).OfType<PipelineCall>().Select(call => new PipelineName(call.ProjectUuid ?? name.ProjectUuid, call.PipelineUuid)).Distinct()
            : [];

    private static string Describe(PipelineName name, PipelineName start) =>
        name.ProjectUuid == start.ProjectUuid ? name.PipelineUuid : $"{name.ProjectUuid}/{name.PipelineUuid}";
}
