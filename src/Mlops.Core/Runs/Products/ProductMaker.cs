using Mlops.Core.Database;
using Mlops.Core.Runs.Calls;

namespace Mlops.Core.Runs.Products;

/// <summary>Gives blocks the outputs of a global data product: those of its last run, or of one that is started for all who need it.</summary>
/// <param name="database">Decides in one transaction.</param>
/// <param name="starter">Reads and checks the pipeline.</param>
/// <param name="outputs">Finds what the product's runs made.</param>
/// <param name="events">Told of a run that is started.</param>
/// <param name="wake">Wakes a worker for it.</param>
/// <param name="timeProvider">Says how old a product is.</param>
internal sealed class ProductMaker(
    MetadataDatabase database, PipelineRunStarter starter, ProductOutputs outputs, RunEvents events, Action<long> wake, TimeProvider timeProvider) : IRunBlock
{
    /// <inheritdoc/>
    public bool Takes(BlockTerms terms) => terms.Product is not null;

    /// <inheritdoc/>
    public string Describe(BlockRun block) => $"Global data product '{block.Terms.Product!.Key}'";

    /// <inheritdoc/>
    public async Task<BlockEnd> StartAsync(PipelineRun run, BlockRun block)
    {
        var product = block.Terms.Product!;
        var prepared = starter.Prepare(new PipelineName(product.ProjectUuid, product.PipelineUuid), [], RunOrigin.Product);
        var now = timeProvider.GetStorableNow();
        var (found, started) = await database.RequestAsync(session => FindOrStart(session, block, prepared, now), CancellationToken.None);
        if (started)
        {
            // Killed here, the run is durable and recovery wakes it.
            events.Publish(new RunChange(found.Id, found.ProjectUuid, found.PipelineUuid, RunChangeKind.Status));
            wake(found.Id);
        }

        return found.Status == RunStatus.Completed
            ? new BlockEnd(block.BlockUuid, block.Attempt, new BlockResult(null, [], []), await outputs.ListAsync(product, found.Id, CancellationToken.None))
            : new BlockEnd(block.BlockUuid, block.Attempt, null, []) { WaitsFor = found };
    }

    /// <summary>
    /// A run that makes the product now is looked for first, and held: it cannot end unnoticed between the looks. What ended after the block began to wait is
    /// new enough, however soon the product is outdated.
    /// </summary>
    private static (CalledRun Run, bool IsStarted) FindOrStart(WriteSession session, BlockRun block, NewPipelineRun prepared, DateTimeOffset now)
    {
        var product = block.Terms.Product!;
        var open = ProductSql.FindOpen(session, product.Key);
        var latest = ProductSql.FindLatest(session, product.Key);
        if (latest is not null && (!product.IsOutdated(Timestamps.FromMicroseconds(latest.ExecutionDate), now)
            || latest.CompletedAt >= block.StartedAt?.ToMicroseconds()))
        {
            return (ToCalled(latest, block), false);
        }

        var run = open ?? ProductSql.Insert(session, product.Key, prepared);
        ProductSql.Wait(session, run.Id, block);
        return (ToCalled(run, block), open is null);
    }

    private static CalledRun ToCalled(PipelineRunRow run, BlockRun block) => new(
        run.Id, block.Id, block.Attempt, run.ProjectUuid, run.PipelineUuid, PipelineRunRow.RunStatusOf(run.Status), run.Error);
}
