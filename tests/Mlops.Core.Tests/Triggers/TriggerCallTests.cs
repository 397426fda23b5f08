using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Mlops.Core.Runs;
using Mlops.Core.Tests.Database;
using Mlops.Core.Tests.Runs;
using Mlops.Core.Triggers;

namespace Mlops.Core.Tests.Triggers;

/// <summary>Triggers that are called; a subclass says on which database.</summary>
public abstract class TriggerCallTests : TriggerSuite
{
    private static readonly Dictionary<string, JsonElement> Nothing = [];

    [Fact]
    public async Task A_call_with_the_token_starts_a_run_with_its_variables()
    {
        var trigger = await CreateAsync("variables: {seed: 7, from: trigger}\n  settings: {timeout: 60}");

        var run = await StartAsync(trigger, TriggerCredential.OfToken(trigger.Token!), """{"from": "call"}""", """{"seed": 99, "ref": "main"}""");

        Assert.Equal((RunOrigin.Api, "t", trigger.Id), (run.Origin, run.TriggerName, run.TriggerId!.Value));
        Assert.Equal("""{"event":{"seed":99,"ref":"main"},"from":"call","keep":"me","ref":"main","seed":7}""", JsonSerializer.Serialize(run.Variables.OrderBy(pair => pair.Key, StringComparer.Ordinal).ToDictionary()));
        Assert.Equal(TimeSpan.FromMinutes(1), run.Terms.Timeout);
        Assert.Equal([run.Id], World.Queue.Enqueued);
        Assert.Equal((1L, null), ((await ListAsync())[0].RunCount, (await ListAsync())[0].NextRunAt));
    }

    [Fact]
    public async Task A_token_is_random_and_stays_when_the_file_changes()
    {
        var trigger = await CreateAsync();
        Assert.Matches("^[A-Za-z0-9_-]{32}$", trigger.Token);

        Write("x", Api("description: changed"));
        var changed = Assert.Single(await ListAsync());
        Assert.Equal((trigger.Token, "changed"), (changed.Token, changed.Description));

        var other = Write("x", Api() + "- {name: u, schedule_type: api, status: active}\n- {name: v, schedule_interval: '@daily'}\n");
        var triggers = await ListAsync();
        Assert.Equal([trigger.Token, null], [triggers[0].Token, triggers[2].Token]);
        Assert.NotEqual(trigger.Token, triggers[1].Token);
        Assert.DoesNotContain(trigger.Token!, await File.ReadAllTextAsync(other, Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_other_token_is_refused_in_the_same_words_as_an_unknown_trigger()
    {
        var trigger = await CreateAsync();
        var token = trigger.Token!;
        var wrong = new[] { token[..^1] + (token[^1] == 'a' ? 'b' : 'a'), token + "a", token[1..], "", token + token };
        foreach (var other in wrong)
        {
            await Assert.ThrowsAsync<TriggerTokenException>(() => StartAsync(trigger, TriggerCredential.OfToken(other)));
        }

        await Assert.ThrowsAsync<TriggerTokenException>(() => StartAsync(trigger with { Id = trigger.Id + 1 }, TriggerCredential.OfToken(token)));
        Write("x", Trigger("@daily"));
        await Assert.ThrowsAsync<TriggerTokenException>(() => StartAsync(trigger, TriggerCredential.OfToken(token)));
        Assert.Empty(await RunsAsync());
    }

    [Fact]
    public async Task A_signed_body_starts_a_run_and_a_changed_one_does_not()
    {
        var trigger = await CreateAsync();
        var body = Encoding.UTF8.GetBytes("""{"ref": "main"}""");
        var signature = "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(trigger.Token!), body));

        Assert.NotNull(await StartAsync(trigger, TriggerCredential.OfSignature(signature, body)));
        await Assert.ThrowsAsync<TriggerTokenException>(() => StartAsync(trigger, TriggerCredential.OfSignature(signature, Encoding.UTF8.GetBytes("""{"ref": "mian"}"""))));
        await Assert.ThrowsAsync<TriggerTokenException>(() => StartAsync(trigger, TriggerCredential.OfSignature("sha256=" + new string('g', 64), body)));
        await Assert.ThrowsAsync<TriggerTokenException>(() => StartAsync(trigger, TriggerCredential.OfSignature("", body)));
    }

    [Fact]
    public async Task A_rotated_token_is_valid_at_once_and_the_former_one_no_more()
    {
        var trigger = await CreateAsync();

        var rotated = await World.Get<TriggerService>().RotateTokenAsync(trigger.Id, Cancellation);

        Assert.NotEqual(trigger.Token, rotated.Token);
        await Assert.ThrowsAsync<TriggerTokenException>(() => StartAsync(trigger, TriggerCredential.OfToken(trigger.Token!)));
        Assert.NotNull(await StartAsync(trigger, TriggerCredential.OfToken(rotated.Token!)));
    }

    [Fact]
    public async Task A_token_of_the_file_holds_and_is_rotated_there()
    {
        var trigger = await CreateAsync("token: abcdefghijklmnop");
        Assert.Equal("abcdefghijklmnop", trigger.Token);

        var rotated = await World.Get<TriggerService>().RotateTokenAsync(trigger.Id, Cancellation);

        Assert.Contains($"token: {rotated.Token}", (await File.ReadAllTextAsync(Path.Combine(Fixture.Options.ProjectsPath, "p/pipelines/x/triggers.yaml"), Cancellation)).Replace("\"", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Write("x", Api("token: short"));
        Assert.StartsWith("token is 'short'; a text of at least 16 characters", Assert.Single(await ListAsync()).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_of_an_inactive_trigger_is_a_conflict_and_does_not_wake_it()
    {
        var trigger = await CreateAsync();
        await SwitchAsync(false);

        var exception = await Assert.ThrowsAsync<InvalidRequestException>(() => StartAsync(trigger, TriggerCredential.OfToken(trigger.Token!)));

        Assert.Equal(("conflict", "The trigger 't' is inactive, and a call does not change that. Make it active to start runs by it."), (exception.Type, exception.Message));
        Assert.False(Assert.Single(await ListAsync()).IsActive);
        Assert.Empty(await RunsAsync());
    }

    [Fact]
    public async Task While_a_run_is_not_over_a_call_says_so_where_the_trigger_skips()
    {
        var trigger = await CreateAsync("settings: {skip_if_previous_running: true}");
        var run = await StartAsync(trigger, TriggerCredential.OfToken(trigger.Token!));

        var exception = await Assert.ThrowsAsync<InvalidRequestException>(() => StartAsync(trigger, TriggerCredential.OfToken(trigger.Token!)));
        Assert.Equal(("conflict", $"Skipped: run {run.Id} of this trigger is not over (skip_if_previous_running)."), (exception.Type, exception.Message));

        await World.Executor.ExecuteAsync(run.Id, Cancellation);
        Assert.NotEqual(run.Id, (await StartAsync(trigger, TriggerCredential.OfToken(trigger.Token!))).Id);
    }

    [Fact]
    public async Task Of_many_calls_at_once_one_starts_a_run_where_the_trigger_skips()
    {
        var trigger = await CreateAsync("settings: {skip_if_previous_running: true}");
        var second = await OpenAsync();

        var calls = Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(async () =>
        {
            try
            {
                await (i % 2 == 0 ? World : second).Get<TriggerCalls>().StartAsync(trigger.Id, TriggerCredential.OfToken(trigger.Token!), Nothing, Nothing, Cancellation);
                return true;
            }
            catch (InvalidRequestException)
            {
                return false;
            }
        })));

        // Calls that meet wait a moment for each other.
        await Until.TrueAsync(() =>
        {
            Time.Advance(TimeSpan.FromMilliseconds(20));
            return Task.FromResult(calls.IsCompleted);
        });
        Assert.Single(await calls, hasRun => hasRun);
        Assert.Single(await RunsAsync());
    }

    [Fact]
    public async Task The_token_of_any_trigger_of_a_pipeline_starts_one_of_its_blocks()
    {
        RunWorld.WritePipeline(Fixture, "chain", ["a", "b < a", "c < b"]);
        Write("chain", Api("variables: {seed: 7, from: trigger}"));
        var trigger = Assert.Single(await ListAsync("chain"));
        var credential = TriggerCredential.OfToken(trigger.Token!);

        var first = await StartBlockAsync("chain", credential, new BlockSelection("a", false));
        var two = await StartBlockAsync("chain", credential, new BlockSelection("b", true));

        Assert.Equal((RunOrigin.Api, trigger.Id, "a"), (first.Origin, first.TriggerId!.Value, string.Join(' ', first.BlockRuns.Select(block => block.BlockUuid))));
        Assert.Equal(("a b", "call", 7), (string.Join(' ', two.BlockRuns.Select(block => block.BlockUuid)), two.Variables["from"].GetString(), two.Variables["seed"].GetInt32()));
        Assert.Equal("needs_upstream", (await Assert.ThrowsAsync<InvalidRequestException>(() => StartBlockAsync("chain", credential, new BlockSelection("b", false)))).Type);
        Assert.Equal("block", (await Assert.ThrowsAsync<NotFoundException>(() => StartBlockAsync("chain", credential, new BlockSelection("z", true)))).Kind);

        Write("x", Api());
        foreach (var (pipeline, project) in new[] { ("x", "p"), ("none", "p"), ("chain", "other") })
        {
            await Assert.ThrowsAsync<TriggerTokenException>(() => StartBlockAsync(pipeline, credential, new BlockSelection("a", false), project));
        }

        Write("chain", Api("variables: {seed: 7}").Replace("active", "inactive", StringComparison.Ordinal));
        Assert.Equal("conflict", (await Assert.ThrowsAsync<InvalidRequestException>(() => StartBlockAsync("chain", credential, new BlockSelection("a", false)))).Type);
    }

    [Fact]
    public async Task Whoever_may_do_everything_starts_a_run_of_any_trigger_for_any_instant()
    {
        Write("x", Trigger("@daily", "variables: {seed: 7}"));
        var trigger = Assert.Single(await ListAsync());
        var calls = World.Get<TriggerCalls>();

        var runs = new[]
        {
            await calls.StartAsync(trigger.Id, Nothing, Utc("2024-01-02"), Cancellation), await calls.StartAsync(trigger.Id, Nothing, Utc("2024-01-02"), Cancellation),
            await calls.StartAsync(trigger.Id, Nothing, null, Cancellation),
        };

        Assert.Equal([Utc("2024-01-02"), Utc("2024-01-02"), Utc("2026-05-06 09:10")], runs.Select(run => run.ExecutionDate));
        Assert.All(runs, run => Assert.Equal((trigger.Id, 7), (run.TriggerId!.Value, run.Variables["seed"].GetInt32())));
        Assert.Equal("trigger", (await Assert.ThrowsAsync<NotFoundException>(() => calls.StartAsync(999, Nothing, null, Cancellation))).Kind);
        await SwitchAsync(false);
        Assert.Equal("conflict", (await Assert.ThrowsAsync<InvalidRequestException>(() => calls.StartAsync(trigger.Id, Nothing, null, Cancellation))).Type);
    }

    [Fact]
    public async Task Figures_of_a_trigger_are_of_its_runs()
    {
        var trigger = await CreateAsync();
        var triggers = World.Get<TriggerService>();
        Assert.Empty(await triggers.ListFiguresAsync([trigger], Cancellation));

        var first = await StartAsync(trigger, TriggerCredential.OfToken(trigger.Token!));
        World.Host.Scripts["a"] = (_, _, _) =>
        {
            Time.Advance(TimeSpan.FromSeconds(3));
            return Task.FromResult(ScriptedBlockHost.Completed());
        };
        await World.Executor.ExecuteAsync(first.Id, Cancellation);
        Assert.Equal(new TriggerFigures(0, RunStatus.Completed, TimeSpan.FromSeconds(3)), (await triggers.ListFiguresAsync([trigger], Cancellation))[trigger.Id]);

        await StartAsync(trigger, TriggerCredential.OfToken(trigger.Token!));
        Assert.Equal(new TriggerFigures(1, RunStatus.Initial, TimeSpan.FromSeconds(3)), (await triggers.ListFiguresAsync([trigger], Cancellation))[trigger.Id]);
    }

    private static string Api(string more = "") =>
        $"triggers:\n- name: t\n  schedule_type: api\n  schedule_interval: null\n  status: active\n{(more.Length == 0 ? "" : $"  {more}\n")}";

    private async Task<Trigger> CreateAsync(string more = "")
    {
        Write("x", Api(more));
        return Assert.Single(await ListAsync());
    }

    private Task<PipelineRun> StartBlockAsync(string pipeline, TriggerCredential credential, BlockSelection only, string project = "p") => World.Get<TriggerCalls>().StartBlockAsync(
        new BlockCall(pipeline, [project, "absent"], only, new Dictionary<string, JsonElement> { ["from"] = JsonElement.Parse("\"call\"") }), credential, Cancellation);

    private async Task<PipelineRun> StartAsync(Trigger trigger, TriggerCredential credential, string variables = "{}", string eventVariables = "{}") =>
        (await World.Get<TriggerCalls>().StartAsync(
            trigger.Id, credential, JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(variables)!,
            JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(eventVariables)!, Cancellation)).Run!;
}

public sealed class SqliteTriggerCallTests : TriggerCallTests
{
    protected override Task<DatabaseFixture> CreateFixtureAsync() => Task.FromResult<DatabaseFixture>(new SqliteFixture());
}

public sealed class PostgresTriggerCallTests : TriggerCallTests
{
    protected override Task<DatabaseFixture> CreateFixtureAsync() => PostgresFixture.CreateAsync();
}
