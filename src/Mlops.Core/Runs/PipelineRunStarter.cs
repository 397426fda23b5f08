using System.Text.Json;
using Mlops.Core.Database;
using Mlops.Core.Pipelines;
using Mlops.Core.Projects;

namespace Mlops.Core.Runs;

/// <summary>Accepts runs: reads the pipeline as it is now, refuses what cannot run, and inserts the run.</summary>
internal sealed class PipelineRunStarter(ProjectCatalog catalog, IBlockHost host, PipelineRunStore runs, TimeProvider timeProvider)
{
    /// <summary>Inserts a run that somebody asked for.</summary>
    /// <param name="pipeline">Its pipeline.</param>
    /// <param name="variables">Variables of this run; they go before the pipeline's own.</param>
    /// <param name="origin">What makes it.</param>
    /// <param name="lease">The lease that it is born with; null to leave it to whoever takes it.</param>
    /// <param name="cancellationToken">Gives up before the insert.</param>
    public async Task<PipelineRun> StartAsync(
        PipelineName pipeline, IReadOnlyDictionary<string, JsonElement> variables, RunOrigin origin, RunLease? lease, CancellationToken cancellationToken)
    {
        var run = Prepare(pipeline, [variables], origin) with { Lease = lease };
        return (await runs.InsertAsync(run, cancellationToken))!;
    }

    /// <summary>Inserts the run of a trigger for one instant.</summary>
    /// <returns>Null where there is one already.</returns>
    public Task<PipelineRun?> StartScheduledAsync(ScheduledRun scheduled, CancellationToken cancellationToken)
    {
        var run = Prepare(new PipelineName(scheduled.ProjectUuid, scheduled.PipelineUuid), [scheduled.Variables], RunOrigin.Time);
        return runs.InsertAsync(
            run with { TriggerId = scheduled.TriggerId, TriggerName = scheduled.TriggerName, ScheduledAt = scheduled.Instant }, cancellationToken);
    }

    private NewPipelineRun Prepare(PipelineName name, IReadOnlyList<IReadOnlyDictionary<string, JsonElement>> variables, RunOrigin origin)
    {
        var project = catalog.GetProject(name.ProjectUuid);
        var pipeline = catalog.GetPipeline(name.ProjectUuid, name.PipelineUuid);
        var graph = RequireRunnable(pipeline);
        return new NewPipelineRun
        {
            RequestId = Guid.NewGuid().ToString("N"),
            ProjectUuid = name.ProjectUuid,
            PipelineUuid = name.PipelineUuid,
            Origin = origin,
            CreatedAt = timeProvider.GetStorableNow(),
            Variables = Merge([pipeline.Variables, .. variables]),
            Terms = new RunTerms { Timeout = pipeline.Timeout, Limits = pipeline.Limits.Over(project.Limits) },
            Blocks = [.. graph.Blocks.Select(block => new NewBlockRun(
                block, [.. block.UpstreamBlocks.Where(graph.Contains)], RelativePath(project, block.FilePath), TermsOf(block, pipeline, project)))],
        };
    }

    private static BlockTerms TermsOf(Block block, Pipeline pipeline, Project project) =>
        new() { Retry = block.Retry.Over(pipeline.Retry).Over(project.Retry).Resolve(), Timeout = block.Timeout };

    private BlockGraph RequireRunnable(Pipeline pipeline)
    {
        var errors = pipeline.Problems.Where(problem => problem.IsError).Select(Describe).ToList();
        var graph = pipeline.Graph;
        if (graph is { Blocks.Count: 0 })
        {
            errors.Add($"Pipeline '{pipeline.Uuid}' has no blocks that can run. Add one to {pipeline.FilePath}.");
        }

        errors.AddRange(
            from block in graph?.Blocks ?? []
            let reason = host.WhyNot(block.Type, block.Language)
            where reason is not null
            select $"Block '{block.Uuid}' cannot run: {reason}");
        return errors.Count == 0 && graph is not null
            ? graph
            : throw new InvalidRequestException(
                "invalid_pipeline", errors.Count > 0 ? errors : [$"Pipeline '{pipeline.Uuid}' cannot be read. Look at {pipeline.FilePath}."]);
    }

    /// <summary>Later ones go before earlier ones; the order of names is that of their first appearance.</summary>
    private static Dictionary<string, JsonElement> Merge(IEnumerable<IReadOnlyDictionary<string, JsonElement>> variables)
    {
        var merged = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var (name, value) in variables.SelectMany(each => each))
        {
            merged[name] = value;
        }

        return merged;
    }

    private static string Describe(PipelineProblem problem) => problem switch
    {
        { File: null } => problem.Message,
        { Line: null } => $"{problem.File}: {problem.Message}",
        _ => $"{problem.File}:{problem.Line}: {problem.Message}",
    };

    private static string? RelativePath(Project project, string? path) =>
        path is null ? null : Path.GetRelativePath(project.DirectoryPath, path).Replace(Path.DirectorySeparatorChar, '/');
}

/// <summary>A pipeline by name.</summary>
internal readonly record struct PipelineName(string ProjectUuid, string PipelineUuid);
