namespace Mlops.Core.Runs;

/// <summary>
/// Wakes a worker for a run. It only wakes: losing an entry loses nothing, since recovery enqueues what is in the database and not final;
/// a second delivery of a run leaves quietly.
/// </summary>
public interface IRunQueue
{
    /// <summary>Asks that some worker take the run; returns before it does. Must not block on the queue's own storage for long.</summary>
    void Enqueue(long pipelineRunId);
}
