using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Mlops.Server.Tests.Fixtures;
using Mlops.Testing;

namespace Mlops.Server.Tests.Workers;

/// <summary>A worker beside a server, both as processes of their own.</summary>
public sealed class WorkerProcessTests
{
    [Fact]
    public async Task A_run_for_which_the_server_has_no_slot_is_executed_by_a_worker()
    {
        await using var cluster = await Cluster.StartAsync();
        var first = await cluster.StartRunningAsync("first");
        var worker = await cluster.AddWorkerAsync();

        var second = await cluster.StartRunningAsync("second");

        Assert.Equal(("server", "active", $"{first}"), await cluster.DescribeAsync(cluster.Server));
        Assert.Equal(("worker", "active", $"{second}"), await cluster.DescribeAsync(worker));
        cluster.End("second");
        await cluster.WaitForStatusAsync(second, "completed");
        Assert.Equal("running", await cluster.StatusAsync(first));
        cluster.End("first");
        await cluster.WaitForStatusAsync(first, "completed");
    }

    [Fact]
    public async Task A_worker_that_was_killed_is_lost_and_its_run_is_taken_up()
    {
        await using var cluster = await Cluster.StartAsync();
        var first = await cluster.StartRunningAsync("first");
        var worker = await cluster.AddWorkerAsync();
        var second = await cluster.StartRunningAsync("second");
        cluster.End("first");
        await cluster.WaitForStatusAsync(first, "completed");

        worker.Signal("KILL");
        await worker.WaitForExitAsync();

        Assert.Equal("lost", (await cluster.DescribeAsync(worker))?.State);
        await Cluster.UntilAsync(() => Task.FromResult(cluster.Starts("second") == 2));
        Assert.Equal(("server", "active", $"{second}"), await cluster.DescribeAsync(cluster.Server));
        cluster.End("second");
        await cluster.WaitForStatusAsync(second, "completed");
        Assert.Equal(2, (await cluster.RunAsync(second)).GetProperty("block_runs")[0].GetProperty("attempt").GetInt32());
    }

    [Fact]
    public async Task A_worker_that_is_asked_to_stop_takes_no_more_runs_and_ends_with_the_last_it_has()
    {
        await using var cluster = await Cluster.StartAsync();
        await cluster.StartRunningAsync("first");
        var worker = await cluster.AddWorkerAsync("--Mlops:Runners=4");
        var second = await cluster.StartRunningAsync("second");

        worker.Signal("TERM");
        await Cluster.UntilAsync(async () => await cluster.DescribeAsync(worker) == ("worker", "draining", $"{second}"));
        var third = await cluster.StartRunAsync("third");
        cluster.End("second");
        var (code, _, _) = await worker.WaitForExitAsync();

        Assert.Equal((0, "completed", 1), (code, await cluster.StatusAsync(second), cluster.Starts("second")));
        Assert.Null(await cluster.DescribeAsync(worker));
        Assert.Equal(("initial", 0), (await cluster.StatusAsync(third), cluster.Starts("third")));
        cluster.End("third");
        cluster.End("first");
        await cluster.WaitForStatusAsync(third, "completed");
    }

    [Theory]
    [InlineData("1", 1)]
    [InlineData("3600", 2)]
    public async Task What_does_not_end_in_time_or_before_a_second_signal_is_handed_back(string drainSeconds, int signals)
    {
        await using var cluster = await Cluster.StartAsync();
        await cluster.StartRunningAsync("first");
        var worker = await cluster.AddWorkerAsync($"--Mlops:DrainSeconds={drainSeconds}");
        var second = await cluster.StartRunningAsync("second");

        worker.Signal("TERM");
        if (signals == 2)
        {
            await Cluster.UntilAsync(async () => (await cluster.DescribeAsync(worker))?.State == "draining");
            worker.Signal("INT");
        }

        var (code, _, _) = await worker.WaitForExitAsync();
        Assert.Equal(0, code);
        Assert.Null(await cluster.DescribeAsync(worker));
        Assert.StartsWith("Its worker stopped", (await cluster.RunAsync(second)).GetProperty("waiting_for").GetString(), StringComparison.Ordinal);
        cluster.End("first");
        await Cluster.UntilAsync(() => Task.FromResult(cluster.Starts("second") == 2));
        cluster.End("second");
        await cluster.WaitForStatusAsync(second, "completed");
    }

    [Fact]
    public async Task A_server_that_drains_still_serves_but_is_not_ready()
    {
        await using var cluster = await Cluster.StartAsync();
        var first = await cluster.StartRunningAsync("first");
        Assert.Equal(HttpStatusCode.OK, await cluster.GetStatusCodeAsync("/health/ready"));

        cluster.Server.Signal("TERM");
        await Cluster.UntilAsync(async () => await cluster.DescribeAsync(cluster.Server) == ("server", "draining", $"{first}"));

        Assert.Equal(HttpStatusCode.OK, await cluster.GetStatusCodeAsync("/health"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await cluster.GetStatusCodeAsync("/health/ready"));
        Assert.Equal(HttpStatusCode.OK, await cluster.GetStatusCodeAsync("/workers"));
        var second = await cluster.StartRunAsync("second");
        Assert.Equal("No worker is alive: start one, or a server.", (await cluster.RunAsync(second)).GetProperty("waiting_for").GetString());
        cluster.End("first");
        Assert.Equal(0, (await cluster.Server.WaitForExitAsync()).Code);
        Assert.Equal((1, 0), (cluster.Starts("first"), cluster.Starts("second")));
    }

    [Fact]
    public async Task A_worker_opens_a_port_only_where_it_is_told_to_and_then_for_its_health_alone()
    {
        await using var database = await PostgresDatabase.CreateAsync();
        using var projects = new TestProjects("demo");
        using var silent = await ProgramUnderTest.WorkAsync(projects, database.ConnectionString);
        Assert.Empty(ListeningPorts.Of(silent.Id));

        using var worker = ProgramUnderTest.Start(projects, "worker", "--database", database.ConnectionString, "--urls", "http://127.0.0.1:0");
        var ready = await worker.WaitForOutputAsync("Mlops worker is ready: .*, (http://\\S+)/health");
        using var client = new HttpClient { BaseAddress = new Uri(ready.Groups[1].Value) };

        Assert.Equal([client.BaseAddress.Port], ListeningPorts.Of(worker.Id));
        Assert.Equal("healthy", (await client.GetFromJsonAsync<JsonElement>("/health")).GetProperty("status").GetString());
        Assert.Equal("healthy", (await client.GetFromJsonAsync<JsonElement>("/health/ready")).GetProperty("checks").GetProperty("queue").GetString());
        foreach (var address in new[] { "/", "/api/workers", "/workers", "/openapi/v1.json" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync(new Uri(address, UriKind.Relative))).StatusCode);
        }
    }
}
