using Mlops.Core.Pipelines;

namespace Mlops.Server.Components.Pages.Pipelines;

/// <summary>The type of a pipeline for people.</summary>
internal static class PipelineKind
{
    /// <summary>Null for Standard (batch), which needs no mention.</summary>
    public static string? Of(Pipeline pipeline) => pipeline.Type switch
    {
        "python" => null,
        "streaming" => "Streaming",
        "integration" => "Data integration",
        "pyspark" => "PySpark",
        var other => other,
    };
}
