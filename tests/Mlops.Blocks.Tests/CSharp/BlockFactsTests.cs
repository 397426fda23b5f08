using System.Text.Encodings.Web;
using System.Text.Json;
using Mlops.Core.Runs;

namespace Mlops.Blocks.Tests.CSharp;

/// <summary>What Mage hands to every block, as members of the context and by name.</summary>
public sealed class BlockFactsTests
{
    private static readonly JsonSerializerOptions Relaxed = new JsonSerializerOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly DateTimeOffset Start = new(2024, 2, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_block_takes_what_it_is_told_by_name_in_the_types_that_it_wants()
    {
        await using var project = new BlockProject
        {
            TriggerName = "nightly",
            Interval = new RunInterval(Start, Start.AddDays(1), Start.AddDays(-1)),
        };

        var outcome = await project.RunAsync("custom", "told", """
            public static class Told
            {
                [Custom]
                public static object Run(
                    DateTimeOffset executionDate, string ds, string hr, DateTimeOffset interval_start_datetime, DateTimeOffset? intervalEndDatetime, double intervalSeconds,
                    string triggerName, string env, long pipelineRunId, string pipeline_uuid, string blockUuid, System.Text.Json.JsonElement retry, System.Text.Json.JsonElement? @event, string projectUuid) => new
                {
                    executionDate, ds, hr, interval_start_datetime, intervalEndDatetime, intervalSeconds, triggerName, env, pipelineRunId, pipeline_uuid, blockUuid, retry,
                    hasEvent = @event is not null, projectUuid,
                };
            }
            """);

        Assert.Equal(
            """
            {"executionDate":"2024-02-01T00:00:00+00:00","ds":"2024-02-01","hr":"00","interval_start_datetime":"2024-02-01T00:00:00+00:00",
            "intervalEndDatetime":"2024-02-02T00:00:00+00:00","intervalSeconds":86400,"triggerName":"nightly","env":"prod","pipelineRunId":1,
            "pipeline_uuid":"pipeline","blockUuid":"told","retry":{"attempts":1},"hasEvent":false,"projectUuid":"project"}
            """.ReplaceLineEndings(""),
            Compact(outcome.Completed().Json()));
    }

    [Fact]
    public async Task The_context_has_the_same_typed()
    {
        await using var project = new BlockProject
        {
            TriggerName = "nightly",
            Interval = new RunInterval(Start, Start.AddHours(1), null),
            Configuration = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>("""{"table": "sales_{{ ds }}", "limit": 5}"""),
        };

        var outcome = await project.RunAsync(
            "custom", "told", """
            public static class Told
            {
                [Custom]
                public static object Run(BlockContext context) => new
                {
                    context.Ds, context.Hr, context.IntervalStartDatetime, context.IntervalEndDatetime, context.IntervalStartDatetimePrevious, context.IntervalSeconds,
                    context.TriggerName, context.Env, Event = context.Event?.GetProperty("file").GetString(), context.Configuration,
                    Rendered = context.Render("{{ event.file }} {{ n_days_ago(1) }}"),
                };
            }
            """,
            new { env = "dev", @event = new { file = "a.csv" } }, []);

        Assert.Equal(
            """
            {"Ds":"2024-02-01","Hr":"00","IntervalStartDatetime":"2024-02-01T00:00:00+00:00","IntervalEndDatetime":"2024-02-01T01:00:00+00:00",
            "IntervalStartDatetimePrevious":null,"IntervalSeconds":3600,"TriggerName":"nightly","Env":"dev","Event":"a.csv",
            "Configuration":{"table":"sales_2024-02-01","limit":5},"Rendered":"a.csv 2024-01-31"}
            """.ReplaceLineEndings(""),
            Compact(outcome.Completed().Json()));
    }

    [Fact]
    public async Task A_variable_goes_before_what_is_told_and_a_default_before_what_this_run_has_not()
    {
        await using var project = new BlockProject();
        const string code = """
            public static class Told
            {
                [Custom]
                public static string Run(string hr, string trigger_name = "none", DateTimeOffset? intervalStartDatetime = null) => $"{hr} {trigger_name} {intervalStartDatetime is null}";
            }
            """;

        var outcome = await project.RunAsync("custom", "told", code, new { hr = "noon" }, []);

        Assert.Equal("\"noon none True\"", outcome.Completed().Json());
        var description = await project.DescribeAsync("custom", "told", code);
        Assert.Empty(description.Parameters);
    }

    [Fact]
    public async Task A_template_that_cannot_be_rendered_fails_the_block_in_words()
    {
        await using var project = new BlockProject { Configuration = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>("""{"table": "{{ nope }}"}""") };

        var outcome = await project.RunAsync("custom", "told", """
            public static class Told
            {
                [Custom]
                public static string Run(BlockContext context) => context.Configuration["table"].GetString()!;
            }
            """);

        Assert.StartsWith("'table' of the configuration of the block 'told' has 'nope' between braces, which is not known.", outcome.Error.Message, StringComparison.Ordinal);
    }

    private static string Compact(string json) => JsonSerializer.Serialize(
        JsonDocument.Parse(json).RootElement, Relaxed);
}
