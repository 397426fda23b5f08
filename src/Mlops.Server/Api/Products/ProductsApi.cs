using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Mlops.Core.Runs;
using Mlops.Core.Runs.Products;

namespace Mlops.Server.Api.Products;

/// <summary>Global data products of projects: what state they are in, and making them anew.</summary>
internal static class ProductsApi
{
    public static void MapProductsApi(this IEndpointRouteBuilder api)
    {
        var products = api.MapGroup("/projects/{project}/global_data_products").WithTags("Global data products");
        products.MapGet("/", ListAsync).WithName("ListGlobalDataProducts").WithSummary("List the global data products of a project")
            .WithDescription("By uuid, as global_data_products.yaml says; 'problems' is what is wrong with that file.").ProducesProblem(404);
        products.MapGet("/{product}", GetAsync).WithName("GetGlobalDataProduct").WithSummary("Get a global data product").ProducesProblem(404);
        products.MapPost("/{product}/refresh", RefreshAsync).WithName("RefreshGlobalDataProduct").WithSummary("Make a global data product anew, outdated or not")
            .WithDescription("201 with the run that was started, 200 with the one that makes it already. Blocks that need it meanwhile wait for the same run.")
            .ProducesProblem(400).ProducesProblem(404);
    }

    /// <param name="project">Uuid of the project.</param>
    internal static async Task<Ok<ProductList>> ListAsync(string project, ProductService products, CancellationToken cancellationToken) =>
        TypedResults.Ok(ProductList.From(await products.ListAsync(project, cancellationToken)));

    /// <param name="project">Uuid of the project.</param>
    /// <param name="product">Uuid of the product.</param>
    internal static async Task<Ok<ProductResource>> GetAsync(string project, string product, ProductService products, CancellationToken cancellationToken) =>
        TypedResults.Ok(ProductResource.From(await products.GetAsync(project, product, cancellationToken)));

    /// <param name="project">Uuid of the project.</param>
    /// <param name="product">Uuid of the product.</param>
    internal static async Task<Results<Created<PipelineRunResource>, Ok<PipelineRunResource>>> RefreshAsync(
        string project, string product, ProductService products, PipelineRunService runs, TimeProvider time, CancellationToken cancellationToken)
    {
        var (id, isStarted) = await products.RefreshAsync(project, product, cancellationToken);
        var run = PipelineRunResource.From(await runs.GetAsync(id, cancellationToken), time.GetUtcNow());
        return isStarted ? TypedResults.Created(string.Create(CultureInfo.InvariantCulture, $"/api/pipeline_runs/{id}"), run) : TypedResults.Ok(run);
    }
}
