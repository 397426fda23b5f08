using Mlops.Core.Database;

namespace Mlops.Core.Tests.Database;

public sealed class DatabasePatienceTests
{
    [Fact]
    public async Task Who_gives_up_waiting_is_told_so_and_what_was_asked_for_is_not_done_later()
    {
        await using var fixture = new SqliteFixture();
        await using var database = fixture.Open();
        await database.MigrateAsync(TestContext.Current.CancellationToken);
        using var gate = new ManualResetEventSlim();
        var blocker = database.WriteAsync(_ => gate.Wait(TimeSpan.FromMinutes(1)), TestContext.Current.CancellationToken);
        var executed = false;

        var away = await Assert.ThrowsAsync<DatabaseAwayException>(
            () => database.WriteAsync(_ => executed = true, TimeSpan.FromMilliseconds(20), TestContext.Current.CancellationToken));
        gate.Set();
        await blocker;
        await database.WriteAsync(_ => true, TestContext.Current.CancellationToken);

        Assert.Contains("did not answer", away.Message, StringComparison.Ordinal);
        Assert.False(executed);
    }
}
