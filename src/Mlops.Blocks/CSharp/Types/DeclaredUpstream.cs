using Mlops.Core.Runs;

namespace Mlops.Blocks.CSharp.Types;

/// <summary>An upstream block before the run.</summary>
/// <param name="BlockUuid">The block.</param>
/// <param name="Methods">Its methods; null where nothing is known of what it hands on.</param>
/// <param name="MayBeAbsent">Whether the block downstream starts also where this one made nothing.</param>
internal sealed record DeclaredUpstream(string BlockUuid, BlockMethods? Methods, bool MayBeAbsent)
{
    private const int MaxNullable = 4;

    public IReadOnlyList<DeclaredOutput> Outputs { get; } = Methods is null ? [] : DeclaredOutput.Of(Methods);

    /// <summary>
    /// What may be stored when the block downstream starts, the most first: an output that may be null is there or not. Outputs of which nothing is known
    /// stand as parts, which are not looked at before they are read.
    /// </summary>
    public IReadOnlyList<UpstreamOutputs> Possible()
    {
        var nothing = new UpstreamOutputs(BlockUuid, "", []);
        var nullable = Outputs.Where(output => output.MayBeNull).ToList();
        if (Methods is null || nullable.Count > MaxNullable)
        {
            return [nothing with { Parts = [] }, nothing];
        }

        var possible = Enumerable.Range(0, 1 << nullable.Count)
            .Select(absent => nothing with { Outputs = [.. Outputs.Where(output => nullable.IndexOf(output) is var i && (i < 0 || (absent & (1 << i)) == 0)).Select(Store)] });
        return [.. possible, .. MayBeAbsent ? [nothing] : (UpstreamOutputs[])[]];
    }

    private static StoredOutput Store(DeclaredOutput output) =>
        new(output.Name, new BlockOutput { Name = output.Name, Kind = output.Kind ?? OutputKind.Json, Path = "", SizeBytes = 0, Hash = "" });
}
