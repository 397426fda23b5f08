using System.Text.Json;
using Mlops.Core.Database;

namespace Mlops.Core.Runs.Products;

/// <summary>The statements of global data products, for use inside operations.</summary>
internal static class ProductSql
{
    /// <summary>The run that is being made of a product, locked, so that it cannot end before a wait for it is noted; null where there is none.</summary>
    public static PipelineRunRow? FindOpen(WriteSession session, string product) => session.QueryFirst<PipelineRunRow>(
        $"""
        select {PipelineRunRow.Columns} from pipeline_run where product = @product and status in ('initial', 'running')
        order by id limit 1 {session.Dialect.ForUpdate}
        """,
        new { product });

    /// <summary>The last run that made the product; null where none did.</summary>
    public static PipelineRunRow? FindLatest(WriteSession session, string product) => session.QueryFirst<PipelineRunRow>(
        $"select {PipelineRunRow.Columns} from pipeline_run where product = @product and status = 'completed' order by id desc limit 1", new { product });

    /// <summary>The id of the last run of the product, whatever became of it; 0 where there is none.</summary>
    public static long FindLastId(WriteSession session, string product) =>
        session.QueryFirst<long?>("select max(id) from pipeline_run where product = @product", new { product }) ?? 0;

    /// <summary>
    /// Inserts the run that makes a product for all who need it. It is named after the last one, so that all who need the next one at this time ask for the
    /// same.
    /// </summary>
    public static PipelineRunRow Insert(WriteSession session, string product, NewPipelineRun prepared)
    {
        var run = RunInsertSql.Insert(session, prepared with { Product = product, RequestId = $"product {product} {FindLastId(session, product)}" });
        RunNotices.Tell(session, RunNoticeKind.Waiting, new RunChange(run.Id, run.ProjectUuid, run.PipelineUuid, RunChangeKind.Status));
        return run;
    }

    /// <summary>Of each product the last run that made it, the one that makes it now, and the last one whatever became of it.</summary>
    /// <param name="database">Where to look.</param>
    /// <param name="products">The products as they are in the database.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static Task<IReadOnlyList<PipelineRunRow>> ListRunsAsync(MetadataDatabase database, IEnumerable<string> products, CancellationToken cancellationToken)
    {
        // Of id alone PostgreSQL would look for the greatest through all runs from the newest on, for a product without runs to the very first.
        var items = $"from {database.Dialect.JsonItems("@keys")}";
        return database.QueryAsync<PipelineRunRow>(
            $"""
            select {PipelineRunRow.Columns} from pipeline_run where id in (
                select (select max(run.id + 0) from pipeline_run run where run.product = item.value ->> 'key' and run.status = 'completed') {items} union all
                select (select min(run.id + 0) from pipeline_run run where run.product = item.value ->> 'key' and run.status in ('initial', 'running')) {items} union all
                select (select max(run.id + 0) from pipeline_run run where run.product = item.value ->> 'key') {items})
            """,
            new { keys = JsonSerializer.Serialize(products.Select(key => new { key })) }, cancellationToken);
    }

    /// <summary>Notes that an attempt of a block waits for a run.</summary>
    public static void Wait(WriteSession session, long awaitedRunId, BlockRun block) => session.Execute(
        """
        insert into run_wait (awaited_run_id, pipeline_run_id, block_run_id, attempt) values (@awaitedRunId, @PipelineRunId, @Id, @Attempt)
        on conflict do nothing
        """,
        new { awaitedRunId, block.PipelineRunId, block.Id, block.Attempt });
}
