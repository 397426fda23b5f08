using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Mlops.Server.Tests.Api.Mage;

public sealed partial class MageAddressesTests(MageServer mage) : IClassFixture<MageServer>
{
    private const string Key = "zkWlN0PkIKSN0C11CfUHUj84OT5XOJ6tDZ6bDRO2";

    [Theory]
    [InlineData("/api/pipeline_runs", null, "total_count")]
    [InlineData("/api/pipeline_runs", "X-API-KEY", "metadata")]
    [InlineData("/api/pipeline_runs?api_key=zkWl", null, "metadata")]
    [InlineData("/api/pipeline_runs/?api_key=", null, "metadata")]
    [InlineData("/mage/api/pipeline_runs", null, "metadata")]
    [InlineData("/API/Pipeline_Runs", "x-api-key", "metadata")]
    public async Task The_address_that_both_have_answers_in_the_words_of_whoever_asks(string address, string? header, string property)
    {
        var (status, body) = await mage.CallAsync("GET", address, null, header is null ? [] : [(header, Key)]);

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.True(body.TryGetProperty(property, out _), body.ToString());
    }

    [Fact]
    public async Task A_single_run_too_and_what_is_below_it_is_ours_alone()
    {
        var run = await mage.RunAsync("scores");
        var address = $"/api/pipeline_runs/{run.GetProperty("id")}";

        Assert.Equal("completed", (await mage.CallAsync("GET", address, null, ("X-API-KEY", Key))).Body.GetProperty("pipeline_run").GetProperty("status").GetString());
        Assert.Equal("completed", (await mage.CallAsync("GET", address)).Body.GetProperty("status").GetString());
        Assert.True((await mage.CallAsync("GET", $"{address}/logs?api_key={Key}")).Body.TryGetProperty("lines", out _));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await mage.CallAsync("PUT", address, "{}")).Status);
        MageServer.Refused(await mage.CallAsync("PUT", address, "{}", ("X-API-KEY", Key)), HttpStatusCode.BadRequest, "invalid_json");
    }

    [Fact]
    public async Task Errors_are_ours_without_the_key_and_mages_with_it()
    {
        var (status, body) = await mage.CallAsync("GET", "/api/pipeline_runs/999999");

        Assert.Equal((HttpStatusCode.NotFound, "urn:mlops:error:not_found"), (status, body.GetProperty("type").GetString()));
        Assert.Contains("no pipeline run 999999", MageServer.Refused(await mage.CallAsync("GET", "/api/pipeline_runs/999999?_http_error_codes=1", null, ("X-API-KEY", Key)), HttpStatusCode.NotFound, "not_found"), StringComparison.Ordinal);
        MageServer.Refused(await mage.CallAsync("GET", "/api/block_runs/999999/outputs"), HttpStatusCode.NotFound, "not_found");
        Assert.Contains("'id' is 'x'", MageServer.Refused(await mage.CallAsync("GET", "/mage/api/pipeline_runs/x"), HttpStatusCode.BadRequest, "invalid_request"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "/mage/api/backfills")] // Only those of a pipeline, and single ones.
    [InlineData("POST", "/mage/api/sessions")]
    [InlineData("GET", "/mage/api/pipelines/people/variables")]
    public async Task What_is_not_here_says_so_and_what_is(string method, string address)
    {
        var message = MageServer.Refused(await mage.CallAsync(method, address, method == "POST" ? "{}" : null), HttpStatusCode.NotFound, "not_found");

        Assert.StartsWith($"Mlops does not have {address["/mage".Length..]}. It has: /api/backfills/{{id}}, /api/block_runs, /api/block_runs/{{id}}/logs,", message, StringComparison.Ordinal);
        Assert.Contains("/api/runs/{token}", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_method_that_an_address_does_not_take_is_refused_in_mages_envelope() =>
        MageServer.Refused(await mage.CallAsync("DELETE", "/mage/api/pipelines"), HttpStatusCode.MethodNotAllowed, "method_not_allowed");

    [Fact]
    public async Task An_address_outside_both_apis_stays_a_page() => Assert.Equal(HttpStatusCode.NotFound, await StatusAsync("/mage/other"));

    [Fact]
    public void Whatever_is_under_api_is_ours_or_mages_but_never_both()
    {
        var routes = mage.Server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .SelectMany(route => route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? [], (route, method) => $"{method} /{Parameter().Replace(route.RoutePattern.RawText?.Trim('/') ?? "", "{}")}")
            .Where(route => route.Contains(" /api/", StringComparison.Ordinal) || route.Contains(" /mage/api/", StringComparison.Ordinal)).ToList();

        Assert.Equal(routes.Count, routes.Distinct().Count());
        var all = routes.Where(route => route.Contains(" /mage/", StringComparison.Ordinal)).Select(route => route.Replace("/mage", "", StringComparison.Ordinal)).ToList();
        Assert.Equal(
            ["GET /api/pipeline_runs", "GET /api/pipeline_runs/{}", "PUT /api/pipeline_runs/{}"],
            all.Where(route => route.Split(' ')[1].StartsWith("/api/pipeline_runs", StringComparison.Ordinal)).Order());
        Assert.Equal(["PUT /api/pipeline_runs/{}"], all.Except(routes));
    }

    [Theory]
    [InlineData("/api/statuses")]
    [InlineData("/api/status")]
    [InlineData("/mage/api/statuses")]
    public async Task The_status_says_that_the_scheduler_runs(string address)
    {
        var status = Assert.Single((await mage.GetAsync(address)).GetProperty("statuses").EnumerateArray());

        Assert.Equal(("running", false), (status.GetProperty("scheduler_status").GetString(), status.GetProperty("require_user_authentication").GetBoolean()));
    }

    [Fact]
    public async Task Products_are_listed_with_what_makes_them_outdated()
    {
        var list = await mage.GetAsync("/api/global_data_products");

        var product = Assert.Single(list.GetProperty("global_data_products").EnumerateArray());
        Assert.Equal(("scored", "pipeline", "scores", "demo"), (Text(product, "uuid"), Text(product, "object_type"), Text(product, "object_uuid"), Text(product, "project")));
        Assert.Equal((60, 6, 1), (
            product.GetProperty("outdated_after").GetProperty("seconds").GetInt32(), product.GetProperty("outdated_starting_at").GetProperty("hour_of_day").GetInt32(),
            product.GetProperty("settings").GetProperty("score").GetProperty("partitions").GetInt32()));
        Assert.Equal("""{"count":1,"next":false,"previous":false}""", list.GetProperty("metadata").GetRawText());
        Assert.Empty((await mage.GetAsync("/api/global_data_products?project=other")).GetProperty("global_data_products").EnumerateArray());
        MageServer.Refused(await mage.CallAsync("GET", "/api/global_data_products?project=none"), HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task Calls_of_triggers_are_under_mages_prefix_too()
    {
        var trigger = await mage.TriggerAsync("scores", "call");

        var byPath = await mage.CallAsync("POST", $"/mage/api/pipeline_schedules/{trigger.Id}/pipeline_runs/{trigger.Token}?wait=120", """{"pipeline_run": {"variables": {"count": 1}}}""");
        var byHeader = await mage.CallAsync("POST", $"/mage/api/pipeline_schedules/{trigger.Id}/api_trigger", null, ("Authorization", $"Bearer {trigger.Token}"));

        Assert.Equal((HttpStatusCode.Created, "completed"), (byPath.Status, Text(byPath.Body.GetProperty("pipeline_run"), "status")));
        Assert.Equal(HttpStatusCode.Created, byHeader.Status);
        MageServer.Refused(await mage.CallAsync("POST", $"/mage/api/pipeline_schedules/{trigger.Id}/pipeline_runs/wrong"), HttpStatusCode.Unauthorized, "wrong_token");
    }

    [Fact]
    public async Task Neither_key_nor_token_is_in_the_log()
    {
        const string Secret = "not-for-the-log-0123456789";
        await mage.CallAsync("PUT", $"/api/pipeline_runs/1?api_key={Secret}", "{}", ("X-API-KEY", Secret));
        await mage.CallAsync("POST", $"/api/runs/{Secret}", """{"run": {"pipeline_uuid": "scores", "block_uuid": "score"}}""");
        await mage.CallAsync("POST", $"/mage/api/pipeline_schedules/1/pipeline_runs/{Secret}", "{}");
        await mage.CallAsync("POST", $"/mage/api/runs/{Secret}", "{}", ("Host", "attacker.example"));

        var log = new StringBuilder();
        foreach (var file in Directory.GetFiles(Path.Combine(mage.Server.Projects.DataPath, "logs"), "mlops-*.log"))
        {
            using var reader = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
            log.Append(await reader.ReadToEndAsync(TestContext.Current.CancellationToken));
        }

        Assert.Contains("/api/runs/***", log.ToString(), StringComparison.Ordinal);
        Assert.Contains("/mage/api/pipeline_schedules/1/pipeline_runs/***", log.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, log.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ours_is_the_api_that_is_described()
    {
        var paths = (await mage.Server.GetJsonAsync("/openapi/v1.json")).GetProperty("paths").EnumerateObject().Select(path => path.Name).ToList();

        Assert.Contains("/api/pipeline_runs", paths);
        Assert.DoesNotContain(paths, path => path.StartsWith("/mage", StringComparison.Ordinal) || path is "/api/pipelines" or "/api/runs");
    }

    [GeneratedRegex("\\{[^}]*\\}")]
    private static partial Regex Parameter();

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();

    private async Task<HttpStatusCode> StatusAsync(string address)
    {
        using var client = mage.Server.CreateClient();
        using var response = await client.GetAsync(new Uri(address, UriKind.Relative), TestContext.Current.CancellationToken);
        return response.StatusCode;
    }
}
