using System.Net;
using Mlops.Server.Tests.Fixtures;

namespace Mlops.Server.Tests.Security;

public sealed class ForeignPagesTests(ForeignPagesTests.NamedServer fixture) : IClassFixture<ForeignPagesTests.NamedServer>
{
    [Theory]
    [InlineData("localhost", HttpStatusCode.OK)]
    [InlineData("127.0.0.1:6789", HttpStatusCode.OK)]
    [InlineData("[::1]:6789", HttpStatusCode.OK)]
    [InlineData("mlops.example.org", HttpStatusCode.OK)]
    [InlineData("a.lab.example", HttpStatusCode.OK)]
    [InlineData("attacker.example", HttpStatusCode.BadRequest)]
    [InlineData("localhost.attacker.example", HttpStatusCode.BadRequest)]
    [InlineData("lab.example.attacker", HttpStatusCode.BadRequest)]
    public async Task Only_the_names_of_this_server_are_answered(string host, HttpStatusCode expected)
    {
        using var response = await SendAsync(HttpMethod.Get, "/api/projects", ("Host", host));

        Assert.Equal(expected, response.StatusCode);
    }

    [Theory]
    [InlineData(null, null, HttpStatusCode.NotFound)]
    [InlineData("http://localhost", null, HttpStatusCode.NotFound)]
    [InlineData(null, "same-origin", HttpStatusCode.NotFound)]
    [InlineData(null, "none", HttpStatusCode.NotFound)]
    [InlineData("http://attacker.example", null, HttpStatusCode.Forbidden)]
    [InlineData("http://localhost:3000", null, HttpStatusCode.Forbidden)]
    [InlineData("null", null, HttpStatusCode.Forbidden)]
    [InlineData(null, "cross-site", HttpStatusCode.Forbidden)]
    [InlineData("http://localhost", "same-site", HttpStatusCode.Forbidden)]
    public async Task A_foreign_page_cannot_start_a_run(string? origin, string? site, HttpStatusCode expected)
    {
        using var response = await SendAsync(HttpMethod.Post, "/api/projects/demo/pipelines/none/runs", ("Origin", origin), ("Sec-Fetch-Site", site));

        Assert.Equal(expected, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task A_foreign_page_cannot_open_the_web_socket_of_the_pages()
    {
        using var response = await SendAsync(
            HttpMethod.Get, "/_blazor", ("Origin", "http://attacker.example"), ("Connection", "Upgrade"), ("Upgrade", "websocket"));

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/api/projects")]
    [InlineData("/api/nothing")]
    [InlineData("/tokens.css")]
    [InlineData("/no-such-page")]
    public async Task Every_answer_carries_the_headers_that_protect_it(string address)
    {
        using var response = await SendAsync(HttpMethod.Get, address);

        var policy = response.Headers.GetValues("Content-Security-Policy").First();
        Assert.Contains("default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.Equal(["nosniff"], response.Headers.GetValues("X-Content-Type-Options"));
        Assert.Equal(["same-origin"], response.Headers.GetValues("Cross-Origin-Opener-Policy"));
        Assert.False(response.Headers.Contains("Server"));
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string address, params (string Name, string? Value)[] headers)
    {
        using var client = fixture.Server.CreateClient();
        using var request = new HttpRequestMessage(method, address);
        foreach (var (name, value) in headers.Where(header => header.Value is not null))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await client.SendAsync(request);
    }

    public sealed class NamedServer : IAsyncLifetime
    {
        internal ServerUnderTest Server { get; } = new(new TestProjects("demo"), new() { ["Mlops:AllowedHosts"] = "mlops.example.org; *.lab.example" });

        public ValueTask InitializeAsync()
        {
            Server.StartServer();
            return ValueTask.CompletedTask;
        }

        public ValueTask DisposeAsync() => Server.DisposeAsync();
    }
}
