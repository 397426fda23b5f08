using System.Diagnostics;
using System.Globalization;
using Mlops.Core.Runs;

namespace Mlops.Core.Tests.Runs;

public sealed class ProcessIdentityTests
{
    private static readonly string[] Own = ProcessIdentity.Create().Split('|');

    [Fact]
    public void A_living_process_is_not_dead() => Assert.False(ProcessIdentity.IsKnownDead(ProcessIdentity.Create()));

    [Fact]
    public void A_pid_that_was_given_to_a_new_process_does_not_keep_the_old_one_alive() =>
        Assert.True(ProcessIdentity.IsKnownDead($"{Own[0]}|{Own[1]}|1|x"));

    [Fact]
    public async Task A_process_that_ended_is_dead()
    {
        using var process = Process.Start("true");
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(ProcessIdentity.IsKnownDead(string.Create(CultureInfo.InvariantCulture, $"{Own[0]}|{process.Id}|{Own[2]}|x")));
    }

    [Theory]
    [InlineData("another machine|1|1|x")]
    [InlineData("not an identity")]
    public void What_cannot_be_known_is_not_called_dead(string identity) => Assert.False(ProcessIdentity.IsKnownDead(identity));
}
