namespace Mlops.Core.Runs;

/// <summary>The item of a dynamic block that a child is run for.</summary>
/// <param name="BlockUuid">The dynamic block.</param>
/// <param name="Index">Place of the item in its list, from 0.</param>
public sealed record FanItem(string BlockUuid, int Index);
