namespace Mlops.Core.Workers;

/// <summary>The processes that take runs from this database, for UI and REST alike.</summary>
public sealed class WorkerService
{
    private readonly WorkerStore _workers;

    internal WorkerService(WorkerStore workers) => _workers = workers;

    /// <summary>
    /// Raised with each heartbeat of this process, every 5 s: the time to look at the others again, which cannot tell it. Not raised while the
    /// database is away. A listener must only note and return.
    /// </summary>
    public event Action? Beaten;

    /// <summary>All that were heard of within an hour, lost ones too, by machine and start.</summary>
    public Task<IReadOnlyList<Worker>> ListAsync(CancellationToken cancellationToken) => _workers.ListAsync(cancellationToken);

    internal void TellBeaten() => Beaten?.Invoke();
}
