using System.Net;
using System.Text.Json;
using Mlops.Server.Tests.Fixtures;

namespace Mlops.Server.Tests.Api.Backfills;

/// <summary>Backfills by REST, with runs by real runners.</summary>
public sealed class BackfillsApiTests : IAsyncDisposable
{
    private const string Backfills = "/api/projects/demo/pipelines/history/backfills";

    private readonly ServerUnderTest _server = new(new TestProjects("demo")
        .File("demo", "custom/day.cs",
            """
            public static class Day
            {
                [Custom]
                public static string Run(BlockContext context)
                {
                    if (context.ExecutionDate.Day == 2 && !System.IO.File.Exists(context.ResolvePath("mended"))) throw new InvalidOperationException("no data");
                    return context.Render("{{ interval_start_datetime }} {{ interval_end_datetime }}");
                }
            }
            """)
        .Pipeline("demo", "history", ("custom", "day", [])));

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_backfill_is_made_started_looked_at_retried_and_deleted()
    {
        var (created, backfill) = await SendAsync(Backfills, """{"name": "Days", "start": "2026-01-01", "end": "2026-01-04", "interval_type": "day", "max_concurrent_runs": 2}""");
        var address = $"/api/backfills/{backfill.GetProperty("id").GetInt64()}";
        Assert.Equal((HttpStatusCode.Created, address, "initial", 3), (
            created.StatusCode, created.Headers.Location!.ToString(), backfill.GetProperty("status").GetString(), backfill.GetProperty("interval_count").GetInt32()));

        var (_, part) = await SendAsync($"{address}/start", """{"from": "2026-01-01T00:00:00Z", "to": "2026-01-02T00:00:00Z"}""");
        Assert.Equal("running", part.GetProperty("status").GetString());
        Assert.Equal(2, (await UntilAsync(address, "initial")).GetProperty("missing_count").GetInt32());
        await SendAsync($"{address}/start", "{}");
        backfill = await UntilAsync(address, "failed");
        Assert.Equal((2, 1), (backfill.GetProperty("run_counts").GetProperty("completed").GetInt32(), backfill.GetProperty("run_counts").GetProperty("failed").GetInt32()));

        var runs = await _server.GetJsonAsync($"{address}/runs?limit=2");
        Assert.Equal((3, $"{address}/runs?limit=2&after=2"), (runs.GetProperty("interval_count").GetInt32(), runs.GetProperty("next").GetString()));
        Assert.Equal(["2026-01-01T00:00:00Z completed", "2026-01-02T00:00:00Z failed"], runs.GetProperty("intervals").EnumerateArray().Select(
            each => $"{each.GetProperty("instant").GetString()} {each.GetProperty("status").GetString()}"));
        var run = await _server.GetJsonAsync($"/api/pipeline_runs/{runs.GetProperty("intervals")[0].GetProperty("pipeline_run_id").GetInt64()}");
        Assert.Equal(("backfill", address), (run.GetProperty("origin").GetString(), $"/api/backfills/{run.GetProperty("backfill_id").GetInt64()}"));

        _server.Projects.File("demo", "mended", "");
        await SendAsync($"{address}/retry");
        await UntilAsync(address, "completed");
        var (nothing, _) = await SendAsync($"{address}/retry");
        var listed = await _server.GetJsonAsync(Backfills);
        var (deleted, _) = await _server.SendAsync(HttpMethod.Delete, address);
        var (gone, _) = await _server.SendAsync(HttpMethod.Get, address);
        Assert.Equal((HttpStatusCode.Conflict, 1), (nothing.StatusCode, listed.GetProperty("backfills").GetArrayLength()));
        Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.NotFound), (deleted.StatusCode, gone.StatusCode));
    }

    [Fact]
    public async Task A_million_intervals_are_counted_and_made_only_when_somebody_says_so()
    {
        const string Million = "\"start\": \"2024-01-01\", \"end\": \"2025-11-25 10:40\", \"interval_type\": \"minute\"";

        var (_, preview) = await SendAsync($"{Backfills}/preview", $"{{{Million}}}");
        var (refused, problem) = await SendAsync(Backfills, $"{{{Million}}}");
        var (made, backfill) = await SendAsync(Backfills, $"{{{Million}, \"confirmed\": true}}");
        var (cancelled, _) = await SendAsync($"/api/backfills/{backfill.GetProperty("id").GetInt64()}/cancel");

        Assert.Equal((1_000_000, true), (preview.GetProperty("interval_count").GetInt32(), preview.GetProperty("needs_confirmation").GetBoolean()));
        Assert.Equal(((HttpStatusCode)422, "urn:mlops:error:needs_confirmation"), (refused.StatusCode, problem.GetProperty("type").GetString()));
        Assert.StartsWith("That makes 1,000,000 runs of 'history', more than 1,000.", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.OK), (made.StatusCode, cancelled.StatusCode));
    }

    [Fact]
    public async Task Those_of_all_pipelines_are_listed_by_pipeline_status_and_page()
    {
        _server.Projects.Pipeline("demo", "other", ("custom", "day", []));
        const string Day = """{"start": "2026-01-01", "end": "2026-01-02", "interval_type": "day"}""";
        var (_, done) = await SendAsync("/api/projects/demo/pipelines/other/backfills", Day);
        await SendAsync($"/api/backfills/{done.GetProperty("id").GetInt64()}/start");
        await UntilAsync($"/api/backfills/{done.GetProperty("id").GetInt64()}", "completed");
        await SendAsync(Backfills, Day);
        await SendAsync(Backfills, Day);

        Assert.Equal(["history initial", "history initial", "other completed"], await ListAsync(""));
        Assert.Equal(["other completed"], await ListAsync("?pipeline=other"));
        Assert.Equal(["history initial", "history initial"], await ListAsync("?status=initial&pipeline=history"));
        Assert.Equal([], await ListAsync("?status=failed"));
        Assert.Equal(["other completed"], (await _server.GetJsonAsync("/api/projects/demo/pipelines/other/backfills?status=completed")).GetProperty("backfills").EnumerateArray().Select(Words));
        var page = await _server.GetJsonAsync("/api/projects/demo/backfills?limit=2&status=initial");
        var next = page.GetProperty("next").GetString()!;
        Assert.StartsWith("/api/projects/demo/backfills?limit=2&status=initial&after=", next, StringComparison.Ordinal);
        Assert.Equal((0, JsonValueKind.Null), ((await _server.GetJsonAsync(next)).GetProperty("backfills").GetArrayLength(), (await _server.GetJsonAsync(next)).GetProperty("next").ValueKind));
        var (unknown, problem) = await _server.SendAsync(HttpMethod.Get, "/api/projects/demo/backfills?status=paused");
        var (nowhere, _) = await _server.SendAsync(HttpMethod.Get, "/api/projects/nothing/backfills");
        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.NotFound), (unknown.StatusCode, nowhere.StatusCode));
        Assert.Contains("'status' is 'paused'; one of initial, running, completed, failed, cancelled is wanted.", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);

        async Task<IEnumerable<string>> ListAsync(string query) =>
            (await _server.GetJsonAsync($"/api/projects/demo/backfills{query}")).GetProperty("backfills").EnumerateArray().Select(Words);

        static string Words(JsonElement each) => $"{each.GetProperty("pipeline_uuid").GetString()} {each.GetProperty("status").GetString()}";
    }

    [Theory]
    [InlineData("from")]
    [InlineData("to")]
    public async Task A_part_has_a_beginning_and_an_end(string given)
    {
        var (_, backfill) = await SendAsync(Backfills, """{"start": "2026-01-01", "end": "2026-01-04", "interval_type": "day"}""");

        var (refused, problem) = await SendAsync($"/api/backfills/{backfill.GetProperty("id").GetInt64()}/start", $"{{\"{given}\": \"2026-01-02T00:00:00Z\"}}");

        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains($"The part has no '{(given == "from" ? "to" : "from")}'.", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Times_without_an_offset_are_those_of_the_zone()
    {
        var (_, preview) = await SendAsync(
            $"{Backfills}/preview", """{"start": "2026-03-28", "end": "2026-03-31", "interval_type": "day", "time_zone": "Europe/London"}""");

        Assert.Equal(
            ["2026-03-28T00:00:00Z", "2026-03-29T00:00:00Z", "2026-03-29T23:00:00Z"],
            preview.GetProperty("instants").EnumerateArray().Select(instant => instant.GetString()!));
    }

    [Theory]
    [InlineData("""{"start": "2026-01-02", "end": "2026-01-01", "interval_type": "day"}""", "is not after the start")]
    [InlineData("""{"start": "01/02/2026", "end": "soon", "interval_type": "day"}""", "The start '01/02/2026' is no time.")]
    [InlineData("""{"start": "2026-01-01", "end": "2026-01-02", "interval_type": "day", "interval_units": 0}""", "The interval units are 0;")]
    [InlineData("""{"start": "2026-01-01", "end": "2026-01-02", "interval_type": "custom"}""", "The interval type 'custom' is not known.")]
    [InlineData("""{"start": "2026-01-01", "end": "2026-01-02", "interval_type": "day", "time_zone": "Mars/Olympus"}""", "The time zone 'Mars/Olympus' is not known.")]
    [InlineData("""{"start": "2000-01-01", "end": "2026-01-02", "interval_type": "minute", "confirmed": true}""", "at most 10,000,000 are taken")]
    [InlineData("""{"start": "2026-01-01", "end": "2026-01-02", "interval_type": "day", "max_concurrent_runs": -1}""", "Max concurrent runs is -1;")]
    [InlineData("""{"start": "2026-01-01", "interval_type": "day"}""", "end")]
    public async Task What_is_wrong_is_said_in_words(string json, string words)
    {
        var (response, problem) = await SendAsync(Backfills, json);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(words, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_there_is_named()
    {
        const string Day = """{"start": "2026-01-01", "end": "2026-01-02", "interval_type": "day"}""";

        var (pipeline, _) = await SendAsync("/api/projects/demo/pipelines/nothing/backfills", Day);
        var (start, problem) = await SendAsync("/api/backfills/99/start");
        var (runs, _) = await _server.SendAsync(HttpMethod.Get, "/api/backfills/99/runs");

        Assert.Equal([404, 404, 404], new[] { pipeline, start, runs }.Select(response => (int)response.StatusCode));
        Assert.Contains("There is no backfill 99.", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    private Task<(HttpResponseMessage Response, JsonElement Body)> SendAsync(string address, string? json = null) => _server.SendAsync(HttpMethod.Post, address, json);

    private async Task<JsonElement> UntilAsync(string address, string status)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        JsonElement backfill;
        while ((backfill = await _server.GetJsonAsync(address)).GetProperty("status").GetString() != status)
        {
            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }

        return backfill;
    }
}
