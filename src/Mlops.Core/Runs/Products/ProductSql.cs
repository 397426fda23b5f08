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

    /// <summary>Notes that an attempt of a block waits for a run.</summary>
    public static void Wait(WriteSession session, long awaitedRunId, BlockRun block) => session.Execute(
        """
        insert into run_wait (awaited_run_id, pipeline_run_id, block_run_id, attempt) values (@awaitedRunId, @PipelineRunId, @Id, @Attempt)
        on conflict do nothing
        """,
        new { awaitedRunId, block.PipelineRunId, block.Id, block.Attempt });
}
