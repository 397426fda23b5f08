using Mlops.Blocks.Errors;

namespace Mlops.Blocks.CSharp;

/// <summary>A compiled block in memory. Nothing that outlives it may hold its types, methods or values.</summary>
internal sealed class LoadedBlock
{
    private readonly BlockLoadContext _context;
    private readonly Lazy<BlockMethods> _methods;

    public LoadedBlock(BlockSource source, byte[] image, byte[]? utils)
    {
        _context = new BlockLoadContext(source.Block.Path, utils);
        var assembly = _context.LoadBlock(image);
        _methods = new(() => BlockMethods.Find(assembly, source.Block));
    }

    /// <exception cref="BlockFailedException">The file has no block, or more than one, or one that cannot be called.</exception>
    public BlockMethods Methods => _methods.Value;

    public void Unload() => _context.Unload();
}
