using System.Runtime.Loader;
using Mlops.Blocks.CSharp;

namespace Mlops.Blocks.Tests.CSharp;

/// <summary>Counts load contexts of blocks that are still alive.</summary>
internal static class LoadContexts
{
    private const int Rounds = 12;

    /// <summary>Live contexts of the block at <paramref name="path"/> of whatever project, after the garbage collector had its chance.</summary>
    public static int CountAfterCollection(string path)
    {
        var count = Count(path);
        for (var round = 0; round < Rounds && count > 0; round++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            count = Count(path);
        }

        return count;
    }

    private static int Count(string path) => AssemblyLoadContext.All.OfType<BlockLoadContext>().Count(context => context.Name == path);
}
