using System.Reflection;
using System.Runtime.Loader;

namespace Mlops.Blocks.CSharp;

/// <summary>
/// Holds one block and a copy of its project's shared files; everything else comes from the program. A copy of its own keeps blocks apart:
/// statics of the shared files are not shared between blocks, and a block unloads whatever others do.
/// </summary>
internal sealed class BlockLoadContext(string name, byte[]? utils) : AssemblyLoadContext(name, isCollectible: true)
{
    public Assembly LoadBlock(byte[] image) => LoadFromStream(new MemoryStream(image, writable: false));

    protected override Assembly? Load(AssemblyName assemblyName) =>
        utils is not null && assemblyName.Name == CSharpCompiler.UtilsAssembly ? LoadFromStream(new MemoryStream(utils, writable: false)) : null;
}
