using Mlops.Core.Projects.Products;

namespace Mlops.Core.Runs.Products;

/// <summary>A global data product as it stands at one time.</summary>
/// <param name="Product">What the file says of it.</param>
/// <param name="ProjectUuid">The project whose file it is in.</param>
public sealed record ProductOverview(GlobalDataProduct Product, string ProjectUuid)
{
    /// <summary>The project of the pipeline that makes it.</summary>
    public string PipelineProjectUuid => Product.ProjectUuid ?? ProjectUuid;

    /// <summary>Why it cannot be made, in words; null where nothing is known to be wrong.</summary>
    public string? Problem { get; init; }

    /// <summary>Whether what there is of it can be used, as the product's own settings say; a block may say otherwise for itself.</summary>
    public required ProductState State { get; init; }

    /// <summary>Since when it is outdated, or when it will be; null where it never is, or was never made.</summary>
    public DateTimeOffset? OutdatedAt { get; init; }

    /// <summary>The last run that made it; without block runs, as the next two.</summary>
    public PipelineRun? LatestRun { get; init; }

    /// <summary>The run that makes it now; null where none does.</summary>
    public PipelineRun? OpenRun { get; init; }

    /// <summary>The last run for it that ended, where it made nothing; null where it did, or there is none.</summary>
    public PipelineRun? BrokenRun { get; init; }

    /// <summary>The blocks that give it, by project, pipeline and block.</summary>
    public required IReadOnlyList<ProductUser> UsedBy { get; init; }
}

/// <summary>A block that gives a global data product.</summary>
/// <param name="ProjectUuid">Its project.</param>
/// <param name="PipelineUuid">Its pipeline.</param>
/// <param name="BlockUuid">The block.</param>
public sealed record ProductUser(string ProjectUuid, string PipelineUuid, string BlockUuid);

/// <summary>The global data products of a project.</summary>
/// <param name="Products">By uuid, those that could be read.</param>
/// <param name="Problems">What is wrong with the file.</param>
public sealed record ProductOverviews(IReadOnlyList<ProductOverview> Products, IReadOnlyList<ProductProblem> Problems);
