using Microsoft.Extensions.Logging;
using Mlops.Core.Database;
using Mlops.Testing;

namespace Mlops.Core.Tests.Database;

/// <summary>The embedded database on a real file system of a few MiB.</summary>
public sealed class FullDiskTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_write_waits_while_the_disk_is_full_and_is_stored_when_there_is_space()
    {
        using var disk = new SmallFileSystem(megabytes: 4);
        var log = new WaitingLog();
        await using var database = new MetadataDatabase(
            new MlopsCoreOptions { ProjectsPath = disk.Path, DataPath = Path.Combine(disk.Path, "data") }, TimeProvider.System, log);
        await database.MigrateAsync(Cancellation);
        await database.WriteAsync(session => session.Execute("create table filled (text text not null)"), Cancellation);
        disk.Fill();

        var write = database.WriteAsync(session => session.Execute("insert into filled (text) values (@text)", new { text = new string('x', 1_000_000) }), Cancellation);
        await log.SaidThatItWaits.Task.WaitAsync(Cancellation);
        Assert.False(write.IsCompleted);
        Assert.Equal([0L], await database.QueryAsync<long>("select count(*) from filled", null, Cancellation));
        disk.Free();

        Assert.Equal(1, await write);
        Assert.Equal([1_000_000L], await database.QueryAsync<long>("select length(text) from filled", null, Cancellation));
    }

    /// <summary>Tells when the writer says that it tries again.</summary>
    private sealed class WaitingLog : ILogger<MetadataDatabase>
    {
        public TaskCompletionSource SaidThatItWaits { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (formatter(state, exception).Contains("database or disk is full", StringComparison.Ordinal))
            {
                SaidThatItWaits.TrySetResult();
            }
        }
    }
}
