using Mlops.Server.Tests.Fixtures;

namespace Mlops.Server.Tests.Hosting;

public sealed class StopWhileStartingTests
{
    [Fact]
    public async Task A_server_that_is_asked_to_stop_while_it_starts_ends_in_order()
    {
        using var projects = PeopleServer.Write(new TestProjects("demo"));
        using var program = ProgramUnderTest.Start(projects, "--urls", "http://127.0.0.1:0");

        // Said in the midst of the start, before it listens.
        await program.WaitForOutputAsync("take pipeline runs from a queue");
        program.Signal("TERM");
        var (code, _, error) = await program.WaitForExitAsync();

        Assert.Equal((0, ""), (code, error));
    }
}
