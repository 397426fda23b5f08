using Mlops.Core.Runs;

namespace Mlops.Server.Commands;

/// <summary>A queue without workers: the command executes its one run itself, and leaves those of others to the server.</summary>
internal sealed class InlineRunQueue : IRunQueue
{
    public void Enqueue(long pipelineRunId)
    {
    }
}
