using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Mlops.Blocks.Templates;
using Mlops.Sdk;

namespace Mlops.Blocks.Tests;

/// <summary>A renderer of templates for a block that is told nothing in particular.</summary>
internal static class AnyTemplates
{
    public static TemplateRenderer Renderer { get; } = new(
        () => new BlockContext
        {
            PipelineRunId = 1,
            ProjectUuid = "p",
            PipelineUuid = "x",
            BlockUuid = "b",
            ProjectPath = "/p",
            ExecutionDate = default,
            Attempt = 1,
            Variables = new Dictionary<string, JsonElement>(),
            Logger = NullLogger.Instance,
            Connections = _ => throw new ConnectionException("none"),
        },
        null);
}
