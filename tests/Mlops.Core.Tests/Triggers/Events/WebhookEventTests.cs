using System.Text.Json;
using Mlops.Core.Runs;
using Mlops.Core.Tests.Database;
using Mlops.Core.Triggers;

namespace Mlops.Core.Tests.Triggers.Events;

/// <summary>Payloads that services post; a subclass says on which database.</summary>
public abstract class WebhookEventTests : EventSuite
{
    private const string Merged = """{"action": "closed", "pull_request": {"merged": true, "head": {"ref": "feature/x"}, "changed_files": 3}, "labels": [{"name": "ci"}, {"name": "big"}]}""";

    [Fact]
    public async Task A_payload_that_fits_starts_a_run_that_is_told_of_it_and_another_one_does_not()
    {
        Write("x", Event("{type: webhook, match: {action: [opened, closed], pull_request: {merged: true}, 'labels.name': big}}"));
        var trigger = Assert.Single(await ListAsync());

        var called = await CallAsync(trigger, Merged);
        var other = await CallAsync(trigger, """{"action": "edited"}""");

        Assert.Equal((RunOrigin.Event, null), (called.Run!.Origin, called.NoRunBecause));
        Assert.Equal("closed", called.Run.Variables["event"].GetProperty("action").GetString());
        Assert.Equal((null, "No run, because 'action' is \"edited\"; wanted is \"opened\" or \"closed\"."), (other.Run, other.NoRunBecause));
        Assert.Single(await RunsAsync());
    }

    [Theory]
    [InlineData("{action: closed}", null)]
    [InlineData("{}", null)]
    [InlineData("{'pull_request.head.ref': [{prefix: feature/}]}", null)]
    [InlineData("{'pull_request.head.ref': [{prefix: fix/}, {suffix: x}]}", null)]
    [InlineData("{'pull_request.changed_files': [{numeric: ['>', 2, '<=', 3]}]}", null)]
    [InlineData("{'pull_request.changed_files': 3.0}", null)]
    [InlineData("{action: [{anything-but: [opened, edited]}]}", null)]
    [InlineData("{action: [{equals-ignore-case: CLOSED}]}", null)]
    [InlineData("{sender: [{exists: false}], labels: [{exists: true}]}", null)]
    [InlineData("{action: Closed}", "'action' is \"closed\"; wanted is \"Closed\".")]
    [InlineData("{sender: [{exists: true}]}", "'sender' is not there; wanted is {\"exists\":true}.")]
    [InlineData("{'labels.name': small}", "'labels.name' is \"ci\", \"big\"; wanted is \"small\".")]
    [InlineData("{'pull_request.merged': 'true'}", "'pull_request.merged' is true; wanted is \"true\".")]
    [InlineData("{'pull_request.changed_files': [{numeric: ['<', 3]}]}", "'pull_request.changed_files' is 3; wanted is {\"numeric\":[\"<\",3]}.")]
    [InlineData("{'action.deep': closed}", "'action.deep' is not there; wanted is \"closed\".")]
    public async Task A_pattern_fits_or_says_why_not(string match, string? reason)
    {
        Write("x", Event($"{{type: webhook, match: {match}}}"));
        var trigger = Assert.Single(await ListAsync());
        Assert.Null(trigger.Problem);

        var called = await CallAsync(trigger, Merged);

        Assert.Equal(reason is null ? null : $"No run, because {reason}", called.NoRunBecause);
    }

    [Fact]
    public async Task The_matchers_of_mage_are_kept_and_one_of_them_has_to_fit()
    {
        Write("x",
            """
            triggers:
            - name: t
              schedule_type: event
              schedule_interval: null
              status: active
              event_matchers:
              - event_type: aws_event
                name: uploads
                pattern: {source: [aws.s3], detail-type: [Object Created], detail: {bucket: {name: [orders]}}}
              - event_type: aws_event
                name: removals
                pattern: {source: [aws.s3], detail-type: [Object Deleted]}
            """);
        var trigger = Assert.Single(await ListAsync());
        Assert.Equal((null, 2), (trigger.Problem, trigger.EventMatchers!.Value.GetArrayLength()));

        Assert.NotNull((await CallAsync(trigger, """{"source": "aws.s3", "detail-type": "Object Created", "detail": {"bucket": {"name": "orders"}}}""")).Run);
        Assert.NotNull((await CallAsync(trigger, """{"source": "aws.s3", "detail-type": "Object Deleted"}""")).Run);
        Assert.Equal(
            "No run, because 'detail.bucket.name' is \"other\"; wanted is \"orders\".",
            (await CallAsync(trigger, """{"source": "aws.s3", "detail-type": "Object Created", "detail": {"bucket": {"name": "other"}}}""")).NoRunBecause);
    }

    [Theory]
    [InlineData("event: {type: webhook, match: {action: [{like: x}]}}", "event.match: 'action': {\"like\":\"x\"} is no condition that is known here.")]
    [InlineData("event: {type: webhook, match: {action: []}}", "event.match: 'action' has an empty list, which nothing fits.")]
    [InlineData("event: {type: webhook, match: {a..b: 1}}", "event.match: 'a..b' is no name of something in a payload.")]
    [InlineData("event: {type: webhook, match: {a: [[1]]}}", "event.match: 'a': [1] is a list in a list.")]
    [InlineData("event: {type: webhook, match: {a: [{numeric: ['!', 1]}]}}", "event.match: 'a': {\"numeric\":[\"!\",1]} is no condition that is known here.")]
    [InlineData("event: {type: webhook, match: action}", "event.match is \"action\"; a mapping of what is sent to the values that it must have")]
    [InlineData("event_matchers: [{event_type: gcp_event, pattern: {a: [b]}}]", "event_type of a matcher is 'gcp_event'; aws_event is the only one that there is.")]
    [InlineData("event_matchers: [{event_type: aws_event, pattern: {a: [{cidr: 10.0.0.0/24}]}}]", "event_matchers: 'a': {\"cidr\":\"10.0.0.0/24\"} is no condition that is known here.")]
    [InlineData("event_matchers: [just text]", "A matcher of event_matchers is \"just text\"; a mapping with a pattern is wanted")]
    [InlineData("event_matchers: just text", "event_matchers is 'just text'; a list of matchers is wanted.")]
    [InlineData("event_matchers: [{event_type: aws_event, pattern: {a: [b]}}]\n  event: {type: file, path: a}", "event_matchers are for events that a service posts, and event.type is file. Remove one of the two.")]
    public async Task What_is_wrong_with_a_pattern_is_said(string given, string problem)
    {
        Write("x", $"triggers:\n- name: t\n  schedule_type: event\n  status: active\n  {given}\n");

        Assert.StartsWith(problem, await ProblemAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_who_knows_the_token_may_send_events()
    {
        Write("x", Event("{type: webhook}"));
        var trigger = Assert.Single(await ListAsync());
        await Assert.ThrowsAsync<TriggerTokenException>(() => CallAsync(trigger with { Token = "not-the-token" }, Merged));

        Write("x", Event("{type: file, path: a}"));
        await Assert.ThrowsAsync<TriggerTokenException>(() => CallAsync(trigger, Merged));
        Assert.Empty(await RunsAsync());
    }

    private Task<TriggerAnswer> CallAsync(Trigger trigger, string payload) => World.Get<TriggerCalls>().StartAsync(
        trigger.Id, TriggerCredential.OfToken(trigger.Token!), new Dictionary<string, JsonElement>(), JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(payload)!, Cancellation);
}

public sealed class SqliteWebhookEventTests : WebhookEventTests
{
    protected override Task<DatabaseFixture> CreateFixtureAsync() => Task.FromResult<DatabaseFixture>(new SqliteFixture());
}

public sealed class PostgresWebhookEventTests : WebhookEventTests
{
    protected override Task<DatabaseFixture> CreateFixtureAsync() => PostgresFixture.CreateAsync();
}
