using System.Globalization;
using Mlops.Core.Runs;

namespace Mlops.Server.Api.Mage;

/// <summary>What a block made does not fit in an answer. Answered as 413.</summary>
internal sealed class MageOutputTooLargeException(BlockRun block) : Exception(string.Create(
    CultureInfo.InvariantCulture,
    $"The outputs of block '{block.BlockUuid}' come to more than {Maximum:N0} bytes or cells. They are kept: page them or download them at GET /api/pipeline_runs/{block.PipelineRunId}/blocks/{Uri.EscapeDataString(block.BlockUuid)}/outputs/output_0."))
{
    /// <summary>Bytes of JSON, and before it is written cells of a table, that an answer holds.</summary>
    private const long Maximum = 4 * 1024 * 1024;

    /// <exception cref="MageOutputTooLargeException">There are more than fit.</exception>
    public static void ThrowIfTooMany(long bytesOrCells, BlockRun block)
    {
        if (bytesOrCells > Maximum)
        {
            throw new MageOutputTooLargeException(block);
        }
    }
}
