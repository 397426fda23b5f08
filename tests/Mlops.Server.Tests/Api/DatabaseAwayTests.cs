using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Mlops.Core.Database;
using Mlops.Server.Approvals;
using Mlops.Server.Tests.Approvals;
using Mlops.Server.Tests.Fixtures;
using Mlops.Testing;

namespace Mlops.Server.Tests.Api;

public sealed class DatabaseAwayTests
{
    [Fact]
    public async Task While_PostgreSQL_is_stopped_requests_are_answered_by_503_and_pages_say_so_until_it_is_back()
    {
        await using var postgres = await OwnPostgres.StartAsync();
        await using var server = new ServerUnderTest(PeopleServer.Write(new TestProjects("demo")), new() { ["Mlops:Database"] = postgres.ConnectionString });
        Assert.Equal("completed", (await server.RunAsync("demo", "people")).GetProperty("status").GetString());
        using var client = server.CreateClient();

        var link = server.Services.GetRequiredService<ApprovalLinks>().Create(ApprovalLinksTests.Approval, null);

        await postgres.StopAsync();
        foreach (var address in new[] { "/api/pipeline_runs", "/api/pipeline_runs/1", "/api/pipeline_runs/1/logs", "/api/workers", "/api/projects/demo/triggers" })
        {
            // The first of them may still find a connection in the pool that does not know yet.
            using var response = await client.GetAsync(new Uri(address, UriKind.Relative));
            var problem = JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync());
            Assert.Equal((address, HttpStatusCode.ServiceUnavailable, "5"), (address, response.StatusCode, response.Headers.GetValues("Retry-After").Single()));
            Assert.Equal("urn:mlops:error:database_away", problem.GetProperty("type").GetString());
            Assert.DoesNotContain("   at ", problem.GetRawText(), StringComparison.Ordinal);
        }

        using (var asked = await client.GetAsync(new Uri(link.Path, UriKind.Relative)))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, asked.StatusCode);
            Assert.Contains("The database does not answer. Nothing was decided", await asked.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        using (var ready = await client.GetAsync(new Uri("/health/ready", UriKind.Relative)))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        }

        var page = await client.GetStringAsync(new Uri("/projects/demo/runs", UriKind.Relative));
        Assert.Contains("The database does not answer since", page, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", page, StringComparison.Ordinal);

        await postgres.StartAgainAsync();
        var database = server.Services.GetRequiredService<MetadataDatabase>();
        while (database.Health.Outage is not null)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        Assert.DoesNotContain("does not answer", await client.GetStringAsync(new Uri("/projects/demo/runs", UriKind.Relative)), StringComparison.Ordinal);
        Assert.Equal("completed", (await server.RunAsync("demo", "people")).GetProperty("status").GetString());
    }
}
