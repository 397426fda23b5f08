using System.Net;
using Mlops.Server.Tests.Fixtures;

namespace Mlops.Server.Tests.Hosting;

public sealed class HealthTests(PeopleServer fixture) : IClassFixture<PeopleServer>
{
    [Theory]
    [InlineData("/health", """{"status":"healthy","checks":{}}""")]
    [InlineData("/health/ready", """{"status":"healthy","checks":{"database":"healthy","queue":"healthy"}}""")]
    public async Task A_server_that_works_says_so(string address, string expected)
    {
        var (response, body) = await fixture.Server.SendAsync(HttpMethod.Get, address);

        Assert.Equal((HttpStatusCode.OK, expected), (response.StatusCode, body.GetRawText()));
    }
}
