using Mlops.Server.Tests.Fixtures;

namespace Mlops.Server.Tests.Api;

public sealed class WorkersApiTests(PeopleServer fixture) : IClassFixture<PeopleServer>
{
    [Fact]
    public async Task A_server_lists_itself()
    {
        var worker = Assert.Single((await fixture.Server.GetJsonAsync("/api/workers")).GetProperty("workers").EnumerateArray());

        Assert.Equal(
            ["id", "role", "state", "machine", "process_id", "version", "started_at", "heartbeat_at", "slot_count", "free_slot_count", "running_count", "memory_bytes", "pipeline_runs"],
            worker.EnumerateObject().Select(property => property.Name));
        Assert.Equal(
            ("server", "active", Environment.MachineName, Environment.ProcessId),
            (worker.GetProperty("role").GetString(), worker.GetProperty("state").GetString(), worker.GetProperty("machine").GetString(), worker.GetProperty("process_id").GetInt32()));
        Assert.Equal(Mlops.Server.Runners.RunnerOptionsReader.DefaultCount, worker.GetProperty("slot_count").GetInt32());
        Assert.Matches(@"^\d+\.\d+\.\d+", worker.GetProperty("version").GetString());
    }
}
