using System.Text.Json;
using Microsoft.Extensions.Logging;
using Mlops.Blocks.Connectors;
using Mlops.Blocks.Templates;
using Mlops.Blocks.Values;
using Mlops.Core.Runs;
using Mlops.Core.Runs.Calls;
using Mlops.Sdk;

namespace Mlops.Blocks;

/// <summary>Makes what the blocks of a session are told.</summary>
/// <param name="connections">Finds connection profiles.</param>
/// <param name="missingVariableHint">See <see cref="MlopsBlocksOptions.MissingVariableHint"/>.</param>
/// <param name="options">The session.</param>
internal sealed class BlockContexts(ConnectionProfiles connections, string? missingVariableHint, BlockSessionOptions options)
{
    public (BlockContext Context, TemplateRenderer Templates) Create(BlockWork work, ILogger logger, CancellationToken stop)
    {
        BlockContext context = null!;
        var templates = new TemplateRenderer(() => context, missingVariableHint);
        var configuration = new Lazy<IReadOnlyDictionary<string, JsonElement>>(
            () => ConfigurationTemplates.Render(work.Configuration, templates, $"configuration of the block '{work.BlockUuid}'"));
        context = Make(work.Variables);
        if (work.Configuration?.TryGetValue("variables", out var own) == true && own.ValueKind == JsonValueKind.Object)
        {
            // Their templates see the variables of the run, and what else the block asks for sees them.
            var rendered = ConfigurationTemplates.Render(new Dictionary<string, JsonElement> { ["variables"] = own }, templates, $"configuration of the block '{work.BlockUuid}'");
            context = Make(Overlay(rendered["variables"], work.Variables));
        }

        return (context, templates);

        BlockContext Make(IReadOnlyDictionary<string, JsonElement> variables) => new()
        {
            PipelineRunId = options.PipelineRunId,
            ProjectUuid = options.ProjectUuid,
            PipelineUuid = options.PipelineUuid,
            BlockUuid = work.ParentUuid ?? work.BlockUuid,
            ProjectPath = Path.TrimEndingDirectorySeparator(options.ProjectPath),
            ExecutionDate = work.ExecutionDate,
            IntervalStartDatetime = work.Interval?.Start,
            IntervalEndDatetime = work.Interval?.End,
            IntervalStartDatetimePrevious = work.Interval?.PreviousStart,
            TriggerName = work.TriggerName,
            Attempt = work.Attempt,
            Variables = variables,
            Logger = logger,
            Connections = profile => connections.Open(options.ProjectPath, profile, templates),
            Secrets = options.Secrets.Get,
            Pipelines = PipelinesOf(work, stop),
            Templates = text => templates.Render(text, "The template"),
            Configurations = () => configuration.Value,
        };
    }

    /// <summary>The variables of the block itself, and those of the run that are not among them.</summary>
    private static Dictionary<string, JsonElement> Overlay(JsonElement own, IReadOnlyDictionary<string, JsonElement> ofRun)
    {
        var variables = own.EnumerateObject().ToDictionary(variable => variable.Name, variable => variable.Value, StringComparer.Ordinal);
        var names = variables.Keys.Select(Names.Normalize).ToHashSet(StringComparer.Ordinal);
        foreach (var (name, value) in ofRun.Where(variable => !names.Contains(Names.Normalize(variable.Key))))
        {
            variables.Add(name, value);
        }

        return variables;
    }

    private Func<PipelineTrigger, CancellationToken, Task<TriggeredPipelineRun>> PipelinesOf(BlockWork work, CancellationToken stop)
    {
        var number = 0;
        return async (trigger, cancellationToken) =>
        {
            var calls = options.Calls ?? throw new PipelineRunException($"Pipeline '{trigger.PipelineUuid}' was not started: pipelines can be started in runs only.");
            var message = new PipelineCallMessage(
                work.BlockUuid, work.Attempt, Interlocked.Increment(ref number), trigger.PipelineUuid, trigger.ProjectUuid, trigger.Variables, trigger.ChecksStatus);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, stop);
            var answer = await calls(message, either.Token);
            return answer.PipelineRunId == 0
                ? throw new PipelineRunException($"Pipeline '{trigger.PipelineUuid}' was not started: {answer.Error}")
                : new TriggeredPipelineRun(answer.PipelineRunId, answer.ProjectUuid, answer.PipelineUuid, answer.Status, answer.Error);
        };
    }
}
