using Mlops.Core.Runs;

namespace Mlops.Server.Api.Outputs;

/// <summary>The stored file of an output is not what was written: cut off, overwritten, a bad disk. The message names it and the cure.</summary>
internal sealed class DamagedOutputException(BlockOutput output, Exception cause) : Exception(Explain(output, cause), cause)
{
    // The outermost message names the file by its full path, which is nobody's business beyond this machine.
    private static string Explain(BlockOutput output, Exception cause) =>
        $"The stored file of {output.Name} ({output.Path}) is damaged: {(cause.InnerException ?? cause).Message.Split('\n')[0].Trim().TrimEnd('.')}. "
        + "Run the pipeline again to make it anew.";
}
