namespace Mlops.Core.Runs;

/// <summary>The failure of a block.</summary>
/// <param name="Block">The block as it failed.</param>
/// <param name="RetryDelay">After how long it is tried again; null where that was its end.</param>
internal readonly record struct BlockFailure(BlockRun Block, TimeSpan? RetryDelay);
