using Microsoft.Extensions.Logging;
using Mlops.Core.Runs.Outputs;

namespace Mlops.Core.Runs.Retention;

/// <summary>
/// Removes outputs whose run is not in the database: a worker that did not know of the removal wrote on, or somebody removed rows by hand. Once a day,
/// and only what has not been written to for a day.
/// </summary>
/// <remarks>
/// To another database's eyes all outputs are orphans. So the store notes the first database that asks, and no other one ever cleans it up: neither
/// a server that was switched to another database nor two installations that were given one bucket lose anything.
/// </remarks>
internal sealed class OrphanedOutputs(RetentionStore store, IOutputStorage storage, TimeProvider timeProvider, ILogger<OrphanedOutputs> logger)
{
    private const int Bite = 500;

    private static readonly TimeSpan Age = TimeSpan.FromDays(1);
    private static readonly TimeSpan Interval = TimeSpan.FromDays(1);

    private long? _sweptAt;

    /// <summary>Looks through the store unless this process did so within a day.</summary>
    public async Task SweepWhenDueAsync(CancellationToken cancellationToken)
    {
        if (_sweptAt is not { } at || timeProvider.GetElapsedTime(at) >= Interval)
        {
            await SweepAsync(cancellationToken);
            _sweptAt = timeProvider.GetTimestamp();
        }
    }

    /// <summary>Looks through the store.</summary>
    /// <returns>The folders that were removed.</returns>
    internal async Task<IReadOnlyList<string>> SweepAsync(CancellationToken cancellationToken)
    {
        var databaseId = await store.GetDatabaseIdAsync(cancellationToken);
        if (await storage.ClaimAsync(databaseId, cancellationToken) is var owner && owner != databaseId)
        {
            Log.OutputsOfAnotherDatabase(logger, storage.DisplayName, owner, databaseId);
            return [];
        }

        var removed = new List<string>();
        await foreach (var folders in storage.ListRunFoldersAsync(cancellationToken).Chunk(Bite).WithCancellation(cancellationToken))
        {
            var byId = folders.Select(folder => (Folder: folder, Id: OutputFolders.FindRunId(folder))).Where(each => each.Id is not null).ToList();
            var known = await store.FindAsync([.. byId.Select(each => each.Id!.Value)], cancellationToken);
            foreach (var (folder, _) in byId.Where(each => !known.Contains(each.Id!.Value)))
            {
                if (await TryRemoveAsync(folder, cancellationToken))
                {
                    removed.Add(folder);
                }
            }
        }

        return removed;
    }

    private async Task<bool> TryRemoveAsync(string folder, CancellationToken cancellationToken)
    {
        try
        {
            if (await storage.FindLastChangeAsync(folder, cancellationToken) is not { } changedAt || timeProvider.GetUtcNow() - changedAt < Age)
            {
                return false;
            }

            await storage.DeleteAsync(folder, cancellationToken);
            Log.OrphanRemoved(logger, folder, changedAt);
            return true;
        }
        catch (OutputStorageException exception) // One folder that cannot be removed stays; the others go.
        {
            Log.OrphanNotRemoved(logger, folder, exception);
            return false;
        }
    }
}
