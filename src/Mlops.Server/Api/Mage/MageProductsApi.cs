using Microsoft.AspNetCore.Http.HttpResults;
using Mlops.Core.Projects;
using Mlops.Core.Projects.Products;

namespace Mlops.Server.Api.Mage;

/// <summary>Global data products, as the files are now.</summary>
internal static class MageProductsApi
{
    public static void MapMageProductsApi(this IEndpointRouteBuilder api) => api.MapGet("/global_data_products", List);

    internal static Ok<MageProductList> List(MageQuery query, MagePipelineFinder pipelines)
    {
        var page = query.Page(int.MaxValue, int.MaxValue);
        query.ThrowIfAny();
        var products = pipelines.Projects(query.Project).SelectMany(project => project.Products.Values, MageProduct.From).ToList();
        return TypedResults.Ok(new MageProductList(page.Of(products), page.Describe(products.Count)));
    }
}

/// <summary>Mage's envelope of global data products.</summary>
internal sealed record MageProductList(IReadOnlyList<MageProduct> GlobalDataProducts, MageMetadata Metadata);

/// <summary>A global data product in Mage's words.</summary>
internal sealed record MageProduct
{
    public required string Uuid { get; init; }

    public string ObjectType { get; } = "pipeline";

    /// <summary>The pipeline that makes it.</summary>
    public required string ObjectUuid { get; init; }

    /// <summary>The project whose file it is in.</summary>
    public required string RepoPath { get; init; }

    /// <summary>The project of the pipeline.</summary>
    public required string Project { get; init; }

    public OutdatedAfter? OutdatedAfter { get; init; }

    /// <summary>Numbers by words such as hour_of_day.</summary>
    public IReadOnlyDictionary<string, int>? OutdatedStartingAt { get; init; }

    /// <summary>The blocks whose outputs it gives; empty where the file names none.</summary>
    public required IReadOnlyDictionary<string, MageProductBlock> Settings { get; init; }

    public static MageProduct From(Project project, GlobalDataProduct product) => new()
    {
        Uuid = product.Uuid,
        ObjectUuid = product.PipelineUuid,
        RepoPath = project.Uuid,
        Project = product.ProjectUuid ?? project.Uuid,
        OutdatedAfter = product.Settings.OutdatedAfter,
        OutdatedStartingAt = product.Settings.OutdatedStartingAt?.Parts,
        Settings = product.Settings.Blocks?.ToDictionary(block => block.Uuid, block => new MageProductBlock(block.Partitions)) ?? [],
    };
}

/// <summary>What a product gives of a block.</summary>
/// <param name="Partitions">Of how many of the last completed runs; 0 for all.</param>
internal sealed record MageProductBlock(int Partitions);
