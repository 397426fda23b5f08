namespace Mlops.Core.Runs.Calls;

/// <summary>A kind of block that is a run of a pipeline instead of code. A kind is one class and one line in <see cref="CoreServices"/>.</summary>
internal interface IRunBlock
{
    /// <summary>Whether a block is of this kind.</summary>
    bool Takes(BlockTerms terms);

    /// <summary>The block in words, for errors.</summary>
    string Describe(BlockRun block);

    /// <summary>
    /// Begins an attempt of the block: finds or starts its run. Asked again for the same attempt it finds the same one, since whether a call landed is not
    /// always known.
    /// </summary>
    /// <returns>The run to wait for, or the block's end.</returns>
    /// <exception cref="NotFoundException">There is no such pipeline.</exception>
    /// <exception cref="InvalidRequestException">It cannot be run.</exception>
    Task<BlockEnd> StartAsync(PipelineRun run, BlockRun block);
}
