using Mlops.Core.Projects.Products;

namespace Mlops.Core.Runs.Products;

/// <summary>The global data product that a block gives, as it was when the run was accepted.</summary>
/// <param name="Key">The product in the database: <c>project/product</c>.</param>
/// <param name="ProjectUuid">The project of the pipeline that makes it.</param>
/// <param name="PipelineUuid">That pipeline.</param>
/// <param name="Settings">How old it may become, and what it gives.</param>
public sealed record ProductTerms(string Key, string ProjectUuid, string PipelineUuid, ProductSettings Settings)
{
    /// <summary>Whether what stands for an instant is too old.</summary>
    public bool IsOutdated(DateTimeOffset executionDate, DateTimeOffset now) => Settings.IsOutdated(executionDate, now);

    /// <summary>A product in the database.</summary>
    public static string KeyOf(string projectUuid, string productUuid) => $"{projectUuid}/{productUuid}";
}
