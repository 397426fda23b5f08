using Mlops.Core.Secrets;

namespace Mlops.Server.Tests.Runners;

public sealed class RunnerSecretsTests
{
    private const string Tell = """return Environment.ProcessId + " " + context.Secret("TOKEN");""";
    private const string Who = "return Environment.ProcessId;";

    [Fact]
    public async Task A_runner_that_had_secrets_of_a_project_is_for_no_other_one()
    {
        await using var runners = new RunnersUnderTest();

        var first = await RunAsync(runners, Of("a", "of-a-alone", hasOwn: true), Tell);
        var again = await RunAsync(runners, Of("a", "of-a-alone", hasOwn: true), Tell);
        var other = await RunAsync(runners, RunSecrets.None("b"), Who);
        var back = await RunAsync(runners, Of("a", "of-a-alone", hasOwn: true), Tell);

        Assert.EndsWith(" of-a-alone\"", first, StringComparison.Ordinal);
        Assert.Equal(first, again);
        Assert.DoesNotContain(other, first, StringComparison.Ordinal);

        // The runner of b had no secrets: it may serve any project, until it is given some.
        Assert.Equal($"\"{other} of-a-alone\"", back);
    }

    [Fact]
    public async Task Secrets_of_all_projects_divide_no_runners_and_a_session_without_them_has_none()
    {
        await using var runners = new RunnersUnderTest();

        var first = await RunAsync(runners, Of("a", "of-all", hasOwn: false), Tell);
        var other = await RunAsync(runners, RunSecrets.None("b"), """try { return context.Secret("TOKEN"); } catch (KeyNotFoundException e) { return Environment.ProcessId + " " + e.Message; }""");

        Assert.Equal(first.Split(' ')[0], other.Split(' ')[0]);
        Assert.Contains("There is no secret 'TOKEN' for the project 'b'.", other.Replace("\\u0027", "'", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_runner_prints_beside_its_log_is_masked_in_the_log_of_the_server()
    {
        await using var runners = new RunnersUnderTest();

        await RunAsync(runners, Of("a", "of-a-alone", hasOwn: true), """
            using (var error = new FileStream("/proc/self/fd/2", FileMode.Open, FileAccess.Write)) error.Write(System.Text.Encoding.UTF8.GetBytes("native: " + context.Secret("TOKEN") + "\n"));
            return 1;
            """);

        var start = TimeProvider.System.GetTimestamp();
        while (!runners.Printed.Any(line => line.Contains("native: ***", StringComparison.Ordinal)))
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromSeconds(30), string.Join('\n', runners.Printed));
            await Task.Yield();
        }

        Assert.DoesNotContain(runners.Printed, line => line.Contains("of-a-alone", StringComparison.Ordinal));
    }

    private static RunSecrets Of(string project, string value, bool hasOwn) =>
        new(project, new Dictionary<string, string> { ["TOKEN"] = value }, []) { HasOwn = hasOwn };

    private static async Task<string> RunAsync(RunnersUnderTest runners, RunSecrets secrets, string body)
    {
        await using var session = await runners.OpenAsync(secrets);
        var result = await runners.RunAsync(session, "Block", body);
        Assert.Null(result.Error);
        return runners.Output("Block");
    }
}
