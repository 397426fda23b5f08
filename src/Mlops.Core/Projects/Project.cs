using System.Text.Json;
using Mlops.Core.Projects.Products;

namespace Mlops.Core.Projects;

/// <summary>A folder of blocks and pipelines, listed in <c>settings.yaml</c>.</summary>
/// <param name="Uuid">The folder's name, such as <c>unit_0_setup</c>; unique in the platform.</param>
/// <param name="DirectoryPath">Absolute path of the folder.</param>
public sealed record Project(string Uuid, string DirectoryPath)
{
    /// <summary>What is wrong with the project's own files; null where nothing is. Its pipelines are listed all the same.</summary>
    public string? Problem { get; init; }

    /// <summary>Retries of blocks whose pipeline and own settings say nothing of them.</summary>
    public RetrySettings Retry { get; init; } = new();

    /// <summary>Limits of runs of pipelines that set none.</summary>
    public RunLimits Limits { get; init; } = RunLimits.None;

    /// <summary>Variables of all its pipelines, which go before those of the platform, by name in the order of <c>metadata.yaml</c>.</summary>
    public IReadOnlyDictionary<string, JsonElement> Variables { get; init; } = VariableSection.None;

    /// <summary>The global data products of its <c>global_data_products.yaml</c>, by uuid.</summary>
    public IReadOnlyDictionary<string, GlobalDataProduct> Products { get; init; } = GlobalDataProductFile.None;

    /// <summary>
    /// How long final runs are kept with their logs and outputs, counted from their end; null where they are kept for ever, also while the project's
    /// <c>metadata.yaml</c> cannot be read. 90 days unless the file says otherwise.
    /// </summary>
    public TimeSpan? RetentionPeriod { get; init; } = Projects.RetentionPeriod.Default;
}
