using System.Net;
using System.Text.Json;

namespace Mlops.Server.Tests.Api.Mage;

/// <summary>On a server of its own: the lists are compared whole.</summary>
public sealed class MageRunFilterTests(MageServer mage) : IClassFixture<MageServer>
{
    [Fact]
    public async Task Runs_are_found_by_mages_filters()
    {
        var failed = Id(await mage.RunAsync("scores", """{"fail": "no luck"}"""));
        var completed = Id(await mage.RunAsync("scores"));
        var other = Id((await mage.Server.SendAsync(HttpMethod.Post, "/api/projects/other/pipelines/twin/runs?wait=120", "{}")).Body);
        var product = Id(await mage.RunAsync("people"));

        Assert.Equal([completed, failed], await IdsAsync("pipeline_uuid=scores"));
        Assert.Equal([failed, completed], await IdsAsync("pipeline_uuid=scores&order_by[]=created_at%20asc&include_pipeline_type=1"));
        Assert.Equal([failed], await IdsAsync("pipeline_uuid[]=scores&status[]=failed&status[]=cancelled"));
        Assert.Equal([other, completed], await IdsAsync("pipeline_uuid[]=scores,twin&status=completed"));
        Assert.Equal([other], await IdsAsync("project=other"));
        Assert.Equal([completed, failed], await IdsAsync("pipeline_tag[]=nice"));
        Assert.Empty(await IdsAsync("pipeline_tag[]=none"));
        Assert.Empty(await IdsAsync("global_data_product_uuid=scored"));
        Assert.Empty(await IdsAsync("end_timestamp=2020-01-01%2000:00:00"));
        Assert.Empty(await IdsAsync("start_timestamp=4102444800"));
        Assert.Equal([product, other, completed, failed], await IdsAsync("start_timestamp=1577836800&end_timestamp=2100-01-01"));
        Assert.Equal([other], await IdsAsync("_limit=1&_offset=1"));
        Assert.Empty(await IdsAsync("backfill_id=1"));
        Assert.Equal("""{"count":4,"next":true,"previous":true}""", (await mage.GetAsync("/mage/api/pipeline_runs?_limit=1&_offset=1")).GetProperty("metadata").GetRawText());
    }

    [Theory]
    [InlineData("status[]=done", "'status' is 'done'; one of initial, running, completed, failed, cancelled is wanted.")]
    [InlineData("backfill_id=x", "'backfill_id' is 'x'")]
    [InlineData("backfill_id=1,2", "'backfill_id' names several")]
    [InlineData("order_by[]=colour", "'order_by[]' is 'colour'")]
    [InlineData("_limit=201", "'_limit' is '201'")]
    [InlineData("start_timestamp=soon", "'start_timestamp' is 'soon'")]
    [InlineData("pipeline_schedule_id[]=x", "'pipeline_schedule_id' is 'x'")]
    public async Task A_filter_that_cannot_be_read_is_refused_in_words(string query, string words) => Assert.Contains(
        words, MageServer.Refused(await mage.CallAsync("GET", "/mage/api/pipeline_runs?" + query), HttpStatusCode.BadRequest, "invalid_request"), StringComparison.Ordinal);

    private async Task<IEnumerable<long>> IdsAsync(string query) =>
        (await mage.GetAsync("/mage/api/pipeline_runs?" + query)).GetProperty("pipeline_runs").EnumerateArray().Select(Id).ToList();

    private static long Id(JsonElement run) => run.GetProperty("id").GetInt64();
}
