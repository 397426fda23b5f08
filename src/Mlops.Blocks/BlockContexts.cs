using System.Text.Json;
using Microsoft.Extensions.Logging;
using Mlops.Blocks.Connectors;
using Mlops.Blocks.Templates;
using Mlops.Core.Runs;
using Mlops.Sdk;

namespace Mlops.Blocks;

/// <summary>Makes what the blocks of a session are told.</summary>
/// <param name="connections">Finds connection profiles.</param>
/// <param name="missingVariableHint">See <see cref="MlopsBlocksOptions.MissingVariableHint"/>.</param>
/// <param name="options">The session.</param>
internal sealed class BlockContexts(ConnectionProfiles connections, string? missingVariableHint, BlockSessionOptions options)
{
    public BlockContext Create(BlockWork work, ILogger logger)
    {
        BlockContext context = null!;
        var templates = new TemplateRenderer(() => context, missingVariableHint);
        var configuration = new Lazy<IReadOnlyDictionary<string, JsonElement>>(
            () => ConfigurationTemplates.Render(work.Configuration, templates, $"configuration of the block '{work.BlockUuid}'"));
        return context = new BlockContext
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
            Variables = work.Variables,
            Logger = logger,
            Connections = profile => connections.Open(options.ProjectPath, profile, templates),
            Secrets = options.Secrets.Get,
            Templates = text => templates.Render(text, "The template"),
            Configurations = () => configuration.Value,
        };
    }
}
