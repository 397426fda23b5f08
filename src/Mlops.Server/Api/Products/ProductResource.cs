using Mlops.Core.Projects.Products;
using Mlops.Core.Runs;
using Mlops.Core.Runs.Products;

namespace Mlops.Server.Api.Products;

/// <summary>What a pipeline makes for several others.</summary>
internal sealed record ProductResource
{
    /// <summary>Its key in global_data_products.yaml.</summary>
    /// <example>channel_ranking</example>
    public required string Uuid { get; init; }

    /// <summary>Uuid of the project whose file it is in.</summary>
    public required string ProjectUuid { get; init; }

    /// <summary>Uuid of the project of the pipeline that makes it.</summary>
    public required string PipelineProjectUuid { get; init; }

    /// <summary>Uuid of the pipeline that makes it.</summary>
    public required string PipelineUuid { get; init; }

    /// <summary>The line of the file that it begins at.</summary>
    public required int Line { get; init; }

    /// <summary>How old it may become; null where it is made once.</summary>
    public OutdatedAfter? OutdatedAfter { get; init; }

    /// <summary>Numbers by words such as hour_of_day, UTC; null where it may be outdated at any time.</summary>
    public IReadOnlyDictionary<string, int>? OutdatedStartingAt { get; init; }

    /// <summary>The blocks whose outputs it gives; null for those that no other block takes.</summary>
    public IReadOnlyList<ProductBlock>? Blocks { get; init; }

    /// <summary>Whether what there is of it can be used.</summary>
    public required ProductState State { get; init; }

    /// <summary>Since when it is outdated, or when it will be, UTC; null where it never is, or was never made.</summary>
    public DateTimeOffset? OutdatedAt { get; init; }

    /// <summary>The last run that made it.</summary>
    public ProductRun? LatestRun { get; init; }

    /// <summary>The run that makes it now.</summary>
    public ProductRun? OpenRun { get; init; }

    /// <summary>The last run for it, where that failed or was cancelled.</summary>
    public ProductRun? BrokenRun { get; init; }

    /// <summary>The blocks that give it.</summary>
    public required IReadOnlyList<ProductUser> UsedBy { get; init; }

    /// <summary>Why it cannot be made, where that is known.</summary>
    public string? Problem { get; init; }

    public static ProductResource From(ProductOverview overview) => new()
    {
        Uuid = overview.Product.Uuid,
        ProjectUuid = overview.ProjectUuid,
        PipelineProjectUuid = overview.PipelineProjectUuid,
        PipelineUuid = overview.Product.PipelineUuid,
        Line = overview.Product.Line,
        OutdatedAfter = overview.Product.Settings.OutdatedAfter,
        OutdatedStartingAt = overview.Product.Settings.OutdatedStartingAt?.Parts,
        Blocks = overview.Product.Settings.Blocks,
        State = overview.State,
        OutdatedAt = overview.OutdatedAt,
        LatestRun = ProductRun.From(overview.LatestRun),
        OpenRun = ProductRun.From(overview.OpenRun),
        BrokenRun = ProductRun.From(overview.BrokenRun),
        UsedBy = overview.UsedBy,
        Problem = overview.Problem,
    };
}

/// <summary>A run of the pipeline that makes a product.</summary>
/// <param name="Id">Id of the run.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="ExecutionDate">From when on its age is counted, UTC.</param>
/// <param name="CompletedAt">When it ended, UTC.</param>
internal sealed record ProductRun(long Id, RunStatus Status, DateTimeOffset ExecutionDate, DateTimeOffset? CompletedAt)
{
    public static ProductRun? From(PipelineRun? run) => run is null ? null : new ProductRun(run.Id, run.Status, run.ExecutionDate, run.CompletedAt);
}

/// <summary>The global data products of a project.</summary>
/// <param name="GlobalDataProducts">By uuid, those that could be read.</param>
/// <param name="Problems">What is wrong with the file.</param>
internal sealed record ProductList(IReadOnlyList<ProductResource> GlobalDataProducts, IReadOnlyList<ProductProblem> Problems)
{
    public static ProductList From(ProductOverviews overviews) => new([.. overviews.Products.Select(ProductResource.From)], overviews.Problems);
}
