using System.Net;
using Mlops.Server.Tests.Fixtures;

namespace Mlops.Server.Tests.Hosting;

/// <summary>By Kestrel, since leaving out the body is its part.</summary>
public sealed class HeadRequestTests : IAsyncLifetime
{
    private readonly ServerUnderTest _server = new(new TestProjects("demo").Pipeline("demo", "empty"), kestrel: true);

    public ValueTask InitializeAsync()
    {
        _server.StartServer();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData("/projects/demo/pipelines", HttpStatusCode.OK, "text/html")]
    [InlineData("/projects/demo/pipelines/empty", HttpStatusCode.OK, "text/html")]
    [InlineData("/projects/demo/pipelines/nobody", HttpStatusCode.NotFound, "text/html")]
    [InlineData("/no-such-page", HttpStatusCode.NotFound, "text/html")]
    [InlineData("/api/projects", HttpStatusCode.OK, "application/json")]
    [InlineData("/api/projects/nobody/pipelines", HttpStatusCode.NotFound, "application/problem+json")]
    [InlineData("/openapi/v1.json", HttpStatusCode.OK, "application/json")]
    [InlineData("/health/ready", HttpStatusCode.OK, "application/json")]
    [InlineData("/tokens.css", HttpStatusCode.OK, "text/css")]
    public async Task Head_is_answered_as_get_without_a_body(string address, HttpStatusCode status, string type)
    {
        using var client = _server.CreateClient();
        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Head })
        {
            using var request = new HttpRequestMessage(method, address);
            using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
            var body = await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);

            Assert.Equal((method, status, type, method == HttpMethod.Get), (method, response.StatusCode, response.Content.Headers.ContentType?.MediaType, body.Length > 0));
        }
    }
}
