using System.Globalization;
using Mlops.Core.Database;
using Mlops.Core.Projects.Products;

namespace Mlops.Core.Runs.Products;

/// <summary>
/// The outputs of a product's runs as outputs of a block that gives them: <c>build:output_0</c> is the output of block <c>build</c>, and
/// <c>build:1:output_0</c> that of its second run where several are asked for, the oldest first.
/// </summary>
internal sealed class ProductOutputs(MetadataDatabase database)
{
    private const char Separator = ':';
    private const int MaxRuns = 1_000;

    /// <summary>What a product gives as of a run.</summary>
    /// <param name="product">The product.</param>
    /// <param name="latestRunId">The last run that counts.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="InvalidRequestException"><c>no_output</c>: a block that it is to give is none of its pipeline, or made nothing.</exception>
    public async Task<IReadOnlyList<BlockOutput>> ListAsync(ProductTerms product, long latestRunId, CancellationToken cancellationToken)
    {
        var blocks = product.Settings.Blocks ?? await FindLastBlocksAsync(latestRunId, cancellationToken);
        var outputs = new List<BlockOutput>();
        foreach (var block in blocks)
        {
            var runs = await ListAsync(product, block, latestRunId, cancellationToken);
            var name = block.Uuid.Replace('/', '.');
            outputs.AddRange(block.Partitions == 1
                ? runs.SelectMany(run => run.Select(output => output with { Name = $"{name}{Separator}{output.Name}" }))
                : runs.SelectMany((run, index) => run.Select(output => output with
                {
                    Name = string.Create(CultureInfo.InvariantCulture, $"{name}{Separator}{index}{Separator}{output.Name}"),
                })));
        }

        return outputs;
    }

    /// <summary>The outputs of a block that gives a product as those of the blocks that made them, in their order, each to be taken by a parameter.</summary>
    /// <param name="block">The block that gives the product.</param>
    /// <param name="resolveDirectory">Absolute path of the folder of a file below the outputs folder.</param>
    public static IEnumerable<UpstreamOutputs> Split(BlockRun block, Func<string, string> resolveDirectory)
    {
        var named = block.Outputs.Select(output => (Parts: output.Name.Split(Separator), Output: output)).Where(output => output.Parts.Length >= 2);
        foreach (var made in named.GroupBy(output => output.Parts[0], StringComparer.Ordinal))
        {
            var runs = made.GroupBy(output => output.Parts.Length > 2 ? output.Parts[1] : "", StringComparer.Ordinal).ToList();
            var parts = runs.Select(run => Take(made.Key, [.. run.Select(output => output.Output with { Name = output.Parts[^1] })], resolveDirectory)).ToList();
            yield return runs[0].Key.Length == 0 ? parts[0] : parts[0] with { Outputs = [], Parts = parts };
        }
    }

    private static UpstreamOutputs Take(string block, IReadOnlyList<BlockOutput> outputs, Func<string, string> resolveDirectory) => new(
        block,
        resolveDirectory((outputs.FirstOrDefault(output => output.Value is null) ?? outputs[0]).Path),
        [.. outputs.Select(output => new StoredOutput(Path.GetFileName(output.Path), output))]);

    private async Task<IReadOnlyList<IReadOnlyList<BlockOutput>>> ListAsync(
        ProductTerms product, ProductBlock block, long latestRunId, CancellationToken cancellationToken)
    {
        var ids = await database.QueryAsync<long>(
            """
            select block.id from pipeline_run run join block_run block on block.pipeline_run_id = run.id and block.block_uuid = @Uuid
            where run.product = @Key and run.status = 'completed' and run.id <= @latestRunId order by run.id desc limit @limit
            """,
            new { block.Uuid, product.Key, latestRunId, limit = block.Partitions == 0 ? MaxRuns : block.Partitions }, cancellationToken);
        var rows = await database.QueryAsync<BlockOutputRow>(BlockOutputRow.SelectOfBlocks(database.Dialect), new { ids = ids.ToArray() }, cancellationToken);
        return rows.Count > 0
            ? [.. rows.GroupBy(row => row.BlockRunId).OrderBy(run => run.Key).Select(IReadOnlyList<BlockOutput> (run) => [.. run.Select(row => row.ToBlockOutput())])]
            : throw new InvalidRequestException(
                "no_output",
                [$"Block '{block.Uuid}' of pipeline '{product.PipelineUuid}' made nothing in run {latestRunId}, and the product '{product.Key}' is to give its outputs. Correct the block in settings of the product."]);
    }

    /// <summary>The blocks that no other block of the run takes, and that made something.</summary>
    private async Task<IReadOnlyList<ProductBlock>> FindLastBlocksAsync(long runId, CancellationToken cancellationToken)
    {
        var rows = await database.QueryAsync<BlockRunRow>(
            $"select {BlockRunRow.Columns} from block_run where pipeline_run_id = @runId and fan_of is null and type <> 'callback' order by position", new { runId }, cancellationToken);
        var blocks = rows.Select(row => row.ToBlockRun([])).ToList();
        var taken = blocks.SelectMany(block => block.UpstreamBlocks).ToHashSet(StringComparer.Ordinal);
        return [.. blocks.Where(block => !taken.Contains(block.BlockUuid)).Select(block => new ProductBlock(block.BlockUuid, 1))];
    }
}
