using Microsoft.Extensions.Logging.Abstractions;
using Mlops.Core.Database;

namespace Mlops.Core.Tests.Database;

/// <summary>A database of a test's own, in a folder of its own.</summary>
public abstract class DatabaseFixture : IAsyncDisposable
{
    protected DatabaseFixture(string? connectionString)
    {
        Folder = Directory.CreateTempSubdirectory("mlops-test-").FullName;
        Options = new MlopsCoreOptions
        {
            ProjectsPath = Path.Combine(Folder, "projects"),
            DataPath = Path.Combine(Folder, "data"),
            Database = connectionString,
        };
    }

    public string Folder { get; }

    public MlopsCoreOptions Options { get; }

    /// <summary>A second handle on the same database, as another process would have.</summary>
    public MetadataDatabase Open(TimeProvider? timeProvider = null) =>
        new(Options, timeProvider ?? TimeProvider.System, NullLogger<MetadataDatabase>.Instance);

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        Directory.Delete(Folder, recursive: true);
        return ValueTask.CompletedTask;
    }
}

/// <summary>An embedded database.</summary>
public sealed class SqliteFixture() : DatabaseFixture(null);
