namespace Mlops.Core.Runs.Outputs;

/// <summary>
/// Where the files of block outputs are kept for good: a folder that all processes share, or an object store. Code of blocks knows nothing of it (and
/// gets no credentials): it reads and writes below <see cref="LocalPath"/>, and the server or worker around it moves the files. Safe to be called from
/// several threads and processes, since every attempt of a block has a path of its own and files never change.
/// </summary>
/// <remarks>Paths are those of <see cref="BlockOutput.Path"/>: <c>project/pipeline/run/block/attempt/file</c>, with forward slashes.</remarks>
public interface IOutputStorage
{
    /// <summary>For people and logs, without secrets: <c>s3://bucket/prefix</c> or a folder.</summary>
    string DisplayName { get; }

    /// <summary>Absolute path of the folder below which blocks of this machine write and read.</summary>
    string LocalPath { get; }

    /// <summary>Tries at the start whether files can be kept here.</summary>
    /// <exception cref="OutputStorageException">They cannot; the message says why and how to mend it.</exception>
    Task CheckAsync(CancellationToken cancellationToken);

    /// <summary>Keeps all files that an attempt wrote; once this returns, every machine can have them.</summary>
    /// <param name="folder">The attempt's folder.</param>
    /// <param name="outputs">Its outputs, with the hashes that their files must have.</param>
    /// <param name="cancellationToken">Gives up; what was kept so far stays until the run is removed.</param>
    /// <exception cref="OutputStorageException">A file cannot be kept; tried several times where that may help.</exception>
    Task PublishAsync(string folder, IReadOnlyList<BlockOutput> outputs, CancellationToken cancellationToken);

    /// <summary>Makes sure that an output's file is below <see cref="LocalPath"/>, whole, if there is such a file at all.</summary>
    /// <exception cref="OutputStorageException">The store does not answer, or what it holds is not what was put there.</exception>
    Task FetchAsync(BlockOutput output, CancellationToken cancellationToken);

    /// <summary>The folders <c>project/pipeline/run</c> in the store, in no order.</summary>
    /// <exception cref="OutputStorageException">The store does not answer.</exception>
    IAsyncEnumerable<string> ListRunFoldersAsync(CancellationToken cancellationToken);

    /// <summary>When something in a run's folder was last written; null where it is gone or empty.</summary>
    /// <exception cref="OutputStorageException">The store does not answer.</exception>
    Task<DateTimeOffset?> FindLastChangeAsync(string runFolder, CancellationToken cancellationToken);

    /// <summary>Removes a run's folder from the store and from this machine. Nothing happens where it is gone already.</summary>
    /// <exception cref="OutputStorageException">The store does not answer or refuses.</exception>
    Task DeleteAsync(string runFolder, CancellationToken cancellationToken);

    /// <summary>Whose store this is: the first database to ask has it from then on.</summary>
    /// <param name="databaseId">Identity of the database that asks.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Identity of the database that owns it.</returns>
    /// <exception cref="OutputStorageException">The store does not answer or refuses.</exception>
    Task<string> ClaimAsync(string databaseId, CancellationToken cancellationToken);
}
