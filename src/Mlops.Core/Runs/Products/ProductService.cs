using Mlops.Core.Database;
using Mlops.Core.Projects;
using Mlops.Core.Projects.Products;

namespace Mlops.Core.Runs.Products;

/// <summary>Use cases of global data products, for UI and REST alike.</summary>
public sealed class ProductService
{
    private const int MostNames = 12;

    private readonly ProjectCatalog _catalog;
    private readonly MetadataDatabase _database;
    private readonly PipelineRunStarter _starter;
    private readonly RunEvents _events;
    private readonly Action<long> _wake;
    private readonly TimeProvider _timeProvider;

    internal ProductService(
        ProjectCatalog catalog, MetadataDatabase database, PipelineRunStarter starter, RunEvents events, Action<long> wake, TimeProvider timeProvider)
    {
        _catalog = catalog;
        _database = database;
        _starter = starter;
        _events = events;
        _wake = wake;
        _timeProvider = timeProvider;
    }

    /// <summary>The products of a project, as they stand now.</summary>
    /// <exception cref="NotFoundException">There is no such project.</exception>
    public async Task<ProductOverviews> ListAsync(string projectUuid, CancellationToken cancellationToken)
    {
        _ = _catalog.GetProject(projectUuid);
        var snapshot = _catalog.Snapshot;
        if (snapshot.Find(projectUuid)?.Products.Value is not { } file)
        {
            return new ProductOverviews([], []);
        }

        var keys = file.Products.Keys.Select(uuid => ProductTerms.KeyOf(projectUuid, uuid)).ToList();
        var rows = keys.Count == 0 ? [] : await ProductSql.ListRunsAsync(_database, keys, cancellationToken);
        var now = _timeProvider.GetUtcNow();
        var runs = rows.Select(row => row.ToRun([], now)).ToLookup(run => run.Product!, StringComparer.Ordinal);
        var users = FindUsers(snapshot);
        var products = file.Products.Values.OrderBy(product => product.Uuid, StringComparer.Ordinal).Select(product =>
        {
            var key = ProductTerms.KeyOf(projectUuid, product.Uuid);
            return Describe(new ProductOverview(product, projectUuid) { State = ProductState.NeverMade, UsedBy = [.. users[key]] }, [.. runs[key]], now) with
            {
                Problem = FindProblem(snapshot, projectUuid, product),
            };
        });
        return new ProductOverviews([.. products], file.Problems);
    }

    /// <summary>A product as it stands now.</summary>
    /// <exception cref="NotFoundException">There is no such project or product.</exception>
    public async Task<ProductOverview> GetAsync(string projectUuid, string productUuid, CancellationToken cancellationToken) =>
        (await ListAsync(projectUuid, cancellationToken)).Products.FirstOrDefault(product => product.Product.Uuid == productUuid) ?? throw NoSuchProduct(projectUuid, productUuid);

    /// <summary>Makes a product anew, outdated or not: by the run that makes it already where there is one, so that blocks that need it meanwhile wait for the same.</summary>
    /// <returns>The run, and whether it was started by this.</returns>
    /// <exception cref="NotFoundException">There is no such project, product or pipeline.</exception>
    /// <exception cref="InvalidRequestException">The pipeline cannot run.</exception>
    public async Task<(long RunId, bool IsStarted)> RefreshAsync(string projectUuid, string productUuid, CancellationToken cancellationToken)
    {
        var product = _catalog.GetProject(projectUuid).Products.GetValueOrDefault(productUuid) ?? throw NoSuchProduct(projectUuid, productUuid);
        var prepared = _starter.Prepare(new PipelineName(product.ProjectUuid ?? projectUuid, product.PipelineUuid), [], RunOrigin.Product);
        var key = ProductTerms.KeyOf(projectUuid, productUuid);

        // What was started by a try whose answer was lost is found open by the next one, and is to be woken all the same.
        var isStarted = false;
        var run = await _database.RequestAsync(
            session =>
            {
                var open = ProductSql.FindOpen(session, key);
                isStarted |= open is null;
                return open ?? ProductSql.Insert(session, key, prepared);
            },
            cancellationToken);
        if (isStarted)
        {
            // Killed here, the run is durable and recovery wakes it.
            _events.Publish(new RunChange(run.Id, run.ProjectUuid, run.PipelineUuid, RunChangeKind.Status));
            _wake(run.Id);
        }

        return (run.Id, isStarted);
    }

    private static ProductOverview Describe(ProductOverview product, IReadOnlyList<PipelineRun> runs, DateTimeOffset now)
    {
        var latest = runs.Where(run => run.Status == RunStatus.Completed).MaxBy(run => run.Id);
        var last = runs.MaxBy(run => run.Id);
        product = product with
        {
            LatestRun = latest,
            OpenRun = runs.Where(run => !run.Status.IsFinal()).MinBy(run => run.Id),
            BrokenRun = last is { Status: RunStatus.Failed or RunStatus.Cancelled } ? last : null,
        };
        if (latest is null)
        {
            return product;
        }

        var settings = product.Product.Settings;
        return settings.IsOutdated(latest.ExecutionDate, now)
            ? product with { State = ProductState.Outdated, OutdatedAt = settings.FindOutdated(latest.ExecutionDate, latest.ExecutionDate) }
            : product with { State = ProductState.Fresh, OutdatedAt = settings.FindOutdated(latest.ExecutionDate, now) };
    }

    private static ILookup<string, ProductUser> FindUsers(CatalogSnapshot snapshot) => (
        from project in snapshot.Projects
        from pipeline in project.Pipelines
        from block in pipeline.Blocks
        let use = block.Product
        where use is not null
        orderby project.Project.Uuid, pipeline.Uuid, block.Uuid
        select (Key: ProductTerms.KeyOf(use.ProjectUuid ?? project.Project.Uuid, use.ProductUuid), User: new ProductUser(project.Project.Uuid, pipeline.Uuid, block.Uuid)))
        .ToLookup(each => each.Key, each => each.User, StringComparer.Ordinal);

    private static string? FindProblem(CatalogSnapshot snapshot, string projectUuid, GlobalDataProduct product)
    {
        var owner = product.ProjectUuid ?? projectUuid;
        return snapshot.Find(owner) switch
        {
            null => $"It names the project '{owner}', which is not there. There are: {List(snapshot.Projects.Select(each => each.Project.Uuid))}.",
            { } project when !project.Files.ContainsKey(product.PipelineUuid) =>
                $"It is made by the pipeline '{product.PipelineUuid}', which project '{owner}' does not have. It has: {List(project.Files.Keys)}.",
            _ => null,
        };

        static string List(IEnumerable<string> names) => names.ToList() is { Count: > 0 } all
            ? string.Join(", ", all.Take(MostNames)) + (all.Count > MostNames ? $" and {all.Count - MostNames} more" : "")
            : "none";
    }

    private NotFoundException NoSuchProduct(string projectUuid, string productUuid)
    {
        var names = string.Join(", ", _catalog.GetProject(projectUuid).Products.Keys.Order(StringComparer.Ordinal));
        return new NotFoundException(
            "global_data_product", productUuid,
            $"{GlobalDataProductFile.FileName} of project '{projectUuid}' has no global data product '{productUuid}'. It has: {(names.Length > 0 ? names : "none")}.");
    }
}
