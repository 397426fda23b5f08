using System.Text.Json;
using Mlops.Core.Database;
using Mlops.Core.Pipelines;
using Mlops.Core.Projects;
using Mlops.Core.Projects.Products;
using Mlops.Core.Runs.Calls;
using Mlops.Core.Runs.Products;
using Mlops.Core.Variables;

namespace Mlops.Core.Runs;

/// <summary>Accepts runs: reads the pipeline as it is now, refuses what cannot run, and inserts the run.</summary>
internal sealed class PipelineRunStarter(ProjectCatalog catalog, IBlockHost host, PipelineRunStore runs, MlopsCoreOptions options, TimeProvider timeProvider)
{
    private const string EventName = "event";

    /// <summary>From one look of a sensor to the next, where its configuration says nothing.</summary>
    private static readonly TimeSpan SensorInterval = TimeSpan.FromSeconds(10);

    /// <summary>How long a callback may take that says nothing of it: it is called in runs that are to end at once, too.</summary>
    private static readonly TimeSpan CallbackTimeout = TimeSpan.FromSeconds(60);

    /// <summary>Inserts the run of a trigger.</summary>
    /// <param name="triggered">What the trigger asks for.</param>
    /// <param name="admit">Decides in the transaction whether it is inserted; may be executed twice.</param>
    /// <param name="cancellationToken">Gives up before the insert.</param>
    /// <returns>Null where it was not admitted, or there is a run for its instant already.</returns>
    public Task<PipelineRun?> StartTriggeredAsync(TriggeredRun triggered, Func<WriteSession, RunAdmission> admit, CancellationToken cancellationToken)
    {
        var run = Prepare(
            new PipelineName(triggered.ProjectUuid, triggered.PipelineUuid), [triggered.Variables, triggered.CallVariables], triggered.Origin, triggered.Only);
        return runs.InsertAsync(
            run with
            {
                TriggerId = triggered.TriggerId,
                TriggerName = triggered.TriggerName,
                ScheduledAt = triggered.Instant,
                ExecutionDate = triggered.ExecutionDate,
                Variables = VariablePrecedence.Merge(
                    [new VariableLayer(VariableSource.Global, WithEvent(triggered.EventVariables)), new VariableLayer(VariableSource.Run, run.Variables)]),
                Sla = triggered.Sla,
                Terms = triggered.Terms.Over(run.Terms) with { Interval = triggered.Interval },
            },
            admit,
            cancellationToken);
    }

    /// <summary>Whether a free slot suffices for the run to start.</summary>
    public bool MayStartAtOnce(NewPipelineRun run) => !run.Terms.Limits.LimitsRuns && options.RunLimit is null;

    /// <summary>A run of the pipeline as it is now.</summary>
    /// <param name="name">The pipeline.</param>
    /// <param name="variables">Variables that go before the pipeline's own, later ones before earlier ones.</param>
    /// <param name="origin">What makes it.</param>
    /// <param name="only">The part of the pipeline that is run; null for all of it.</param>
    /// <exception cref="NotFoundException">There is no such project or pipeline.</exception>
    /// <exception cref="InvalidRequestException">The pipeline is invalid or a block cannot run here.</exception>
    public NewPipelineRun Prepare(
        PipelineName name, IReadOnlyList<IReadOnlyDictionary<string, JsonElement>> variables, RunOrigin origin, BlockSelection? only = null)
    {
        var project = catalog.GetProject(name.ProjectUuid);
        var pipeline = catalog.GetPipeline(name.ProjectUuid, name.PipelineUuid);
        var graph = only is null ? RequireRunnable(pipeline) : only.Of(RequireRunnable(pipeline));
        var axes = FanOut.AxesOf(graph);
        return new NewPipelineRun
        {
            RequestId = Guid.NewGuid().ToString("N"),
            ProjectUuid = name.ProjectUuid,
            PipelineUuid = name.PipelineUuid,
            Origin = origin,
            CreatedAt = timeProvider.GetStorableNow(),
            Variables = VariablePrecedence.Merge(
            [
                new VariableLayer(VariableSource.Global, catalog.Variables),
                new VariableLayer(VariableSource.Project, project.Variables),
                new VariableLayer(VariableSource.Pipeline, pipeline.Variables),
                .. variables.Select(given => new VariableLayer(VariableSource.Run, given)),
            ]),
            Terms = new RunTerms { Timeout = pipeline.Timeout, Limits = pipeline.Limits.Over(project.Limits) },
            Blocks = [.. graph.Blocks.Select(block => new NewBlockRun(
                block, [.. block.UpstreamBlocks.Where(graph.Contains)], RelativePath(project, block.FilePath), TermsOf(block, pipeline, project) with { Axes = axes.GetValueOrDefault(block.Uuid, []) })),
                .. graph.Blocks.SelectMany(block => CallbacksOf(block, pipeline, project))],
        };
    }

    /// <summary>What was sent is also the variable <c>event</c> as a whole, as in Mage.</summary>
    private static IReadOnlyDictionary<string, JsonElement> WithEvent(IReadOnlyDictionary<string, JsonElement> sent) => sent.Count == 0 || sent.ContainsKey(EventName)
        ? sent
        : new Dictionary<string, JsonElement>(sent) { [EventName] = JsonSerializer.SerializeToElement(sent, RunJson.Default.IReadOnlyDictionaryStringJsonElement) };

    private BlockTerms TermsOf(Block block, Pipeline pipeline, Project project) => new()
    {
        Retry = block.Retry.Over(pipeline.Retry).Over(project.Retry).Resolve(),
        Timeout = block.Timeout,
        Approval = block.Approval,
        Call = block.Call,
        Product = ProductOf(block, project),
        TriggerRule = block.TriggerRule,
        IsDynamic = block.IsDynamic,
        ReducesOutput = block.ReducesOutput,
        Interval = block.Type.Word == "sensor" ? block.Interval ?? SensorInterval : null,
        Conditions = ConditionsOf(block, pipeline, project),
        Configuration = block.Configuration.Count == 0 ? null : block.Configuration,
    };

    private ProductTerms? ProductOf(Block block, Project project)
    {
        if (block.Product is not { } use)
        {
            return null;
        }

        var owner = use.ProjectUuid is null ? project : catalog.GetProject(use.ProjectUuid);
        return owner.Products.TryGetValue(use.ProductUuid, out var product)
            ? new ProductTerms(ProductTerms.KeyOf(owner.Uuid, product.Uuid), product.ProjectUuid ?? owner.Uuid, product.PipelineUuid, use.Settings.Over(product.Settings))
            : throw new InvalidRequestException(
                "invalid_pipeline",
                [$"Block '{block.Uuid}' gives the global data product '{use.ProductUuid}', which project '{owner.Uuid}' does not have. "
                    + $"{GlobalDataProductFile.FileName} there has: {(owner.Products.Count == 0 ? "none" : string.Join(", ", owner.Products.Keys))}."]);
    }

    /// <summary>The one empty list where there are none, by which the usual terms are known as such and stored as nothing.</summary>
    private static IReadOnlyList<AttachedBlock> ConditionsOf(Block block, Pipeline pipeline, Project project)
    {
        var attached = pipeline.Conditionals.Where(conditional => conditional.UpstreamBlocks.Contains(block.Uuid)).ToList();
        return attached.Count == 0
            ? []
            : [.. attached.Select(conditional => new AttachedBlock(conditional.Uuid, conditional.Language.Word, RelativePath(project, conditional.FilePath)!))];
    }

    /// <summary>A callback has a block run of its own for every block that it is attached to.</summary>
    private static IEnumerable<NewBlockRun> CallbacksOf(Block block, Pipeline pipeline, Project project) =>
        pipeline.Callbacks.Where(callback => callback.UpstreamBlocks.Contains(block.Uuid)).Select(callback => new NewBlockRun(
            callback with { Uuid = $"{callback.Uuid}:{block.Uuid}" }, [block.Uuid], RelativePath(project, callback.FilePath),
            new BlockTerms { Retry = callback.Retry.Resolve(), Timeout = callback.Timeout ?? CallbackTimeout }));

    private BlockGraph RequireRunnable(Pipeline pipeline)
    {
        var errors = pipeline.Problems.Where(problem => problem.IsError).Select(Describe).ToList();
        var graph = pipeline.Graph;
        if (graph is { Blocks.Count: 0 })
        {
            errors.Add($"Pipeline '{pipeline.Uuid}' has no blocks that can run. Add one to {pipeline.FilePath}.");
        }

        var name = new PipelineName(pipeline.ProjectUuid, pipeline.Uuid);
        if (CalledPipelines.FindCycle(catalog, name) is { } cycle)
        {
            errors.Add(CalledPipelines.DescribeCycle(name, cycle));
        }

        errors.AddRange(
            from block in (graph?.Blocks ?? []).Concat(pipeline.Conditionals).Concat(pipeline.Callbacks)
            let reason = host.WhyNot(block)
            where reason is not null
            select $"Block '{block.Uuid}' cannot run: {reason}");
        return errors.Count == 0 && graph is not null
            ? graph
            : throw new InvalidRequestException(
                "invalid_pipeline", errors.Count > 0 ? errors : [$"Pipeline '{pipeline.Uuid}' cannot be read. Look at {pipeline.FilePath}."]);
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
