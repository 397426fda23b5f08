using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Mlops.Server.Tests.Fixtures;

namespace Mlops.Server.Tests.Commands;

/// <summary>The program as a process of its own, with its output redirected.</summary>
public sealed class CommandLineTests : IDisposable
{
    private readonly TestProjects _projects = PeopleServer.Write(new TestProjects("demo"))
        .File("demo", "data_loaders/give_up.cs", "public static class B { [DataLoader] public static int Run() => throw new InvalidOperationException(\"gave up\"); }")
        .File("demo", "data_loaders/wait.cs", "public static class B { [DataLoader] public static async Task<int> Run(CancellationToken stop) { await Task.Delay(-1, stop); return 1; } }")
        .Pipeline("demo", "endless", ("data_loader", "wait", []))
        .Pipeline("demo", "hopeless", ("data_loader", "give_up", []))
        .Pipeline("demo", "cyclic", ("data_loader", "load_people", ["load_people"]));

    [Fact]
    public async Task A_completed_run_ends_with_a_table_and_0()
    {
        var (code, output, _) = await RunAsync("run", "demo", "people", "--var", "count=4");

        Assert.Equal(0, code);
        Assert.Matches(@"completed +load_people in \d+\.\d{3} s", output);
        Assert.Matches(@"load_people +\W completed +\W +\d+\.\d{3} \W +4 \W", output);
        Assert.Matches(@"Run \d+ completed in \d+\.\d{3} s", output);
    }

    [Fact]
    public async Task A_failed_run_ends_with_its_reason_and_1()
    {
        var (code, output, _) = await RunAsync("run", "demo", "hopeless");

        Assert.Equal(1, code);
        Assert.Contains("data_loaders/give_up.cs(1", output, StringComparison.Ordinal);
        Assert.Contains("gave up", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_is_all_that_is_on_standard_output()
    {
        var (code, output, error) = await RunAsync("run", "demo", "people", "--json");

        var run = JsonSerializer.Deserialize<JsonElement>(output);
        Assert.Equal((0, "completed", "cli"), (code, run.GetProperty("status").GetString(), run.GetProperty("origin").GetString()));
        Assert.Contains("load_people", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("'nothing'", "run", "demo", "nothing")]
    [InlineData("'nowhere'", "run", "nowhere", "people")]
    [InlineData("load_people", "run", "demo", "cyclic")]
    [InlineData("--var 'count'", "run", "demo", "people", "--var", "count")]
    [InlineData("--colour", "run", "demo", "people", "--colour")]
    [InlineData("pipeline", "run", "demo")]
    [InlineData("'frobnicate'", "frobnicate")]
    public async Task What_cannot_be_started_says_why_and_ends_with_2(string words, params string[] arguments)
    {
        var (code, output, error) = await RunAsync(arguments);

        Assert.Equal(2, code);
        Assert.Contains(words, output + error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output + error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_signal_cancels_the_run()
    {
        using var program = ProgramUnderTest.Start(_projects, "run", "demo", "endless");
        await program.WaitForOutputAsync("running +wait");

        program.Signal("TERM");

        var (code, output, _) = await program.WaitForExitAsync();
        Assert.Equal(1, code);
        Assert.Matches(@"Run \d+ cancelled", output);
    }

    [Fact]
    public async Task The_list_shows_what_is_wrong()
    {
        var (code, output, _) = await RunAsync("list");

        Assert.Equal(0, code);
        Assert.Matches(@"demo +\W people +\W people +\W 3 +\W valid", output);
        Assert.Matches(@"demo +\W cyclic +\W cyclic +\W 1 +\W \S+", output);
    }

    [Fact]
    public async Task A_server_whose_port_is_taken_names_it_and_ends_with_2()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;

        var (code, _, error) = await RunAsync("--urls", $"http://127.0.0.1:{port}");

        Assert.Equal(2, code);
        Assert.Contains($"Port {port} is in use", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_with_wrong_settings_lists_them_and_ends_with_2()
    {
        var (code, _, error) = await RunAsync("--database", "nonsense", "--urls", "here");

        Assert.Equal(2, code);
        Assert.Contains("MLOPS_DATABASE", error, StringComparison.Ordinal);
        Assert.Contains("'here' of --urls", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_worker_without_a_database_that_it_can_share_says_why_and_ends_with_2()
    {
        var (code, output, error) = await RunAsync("worker");

        Assert.Equal((2, ""), (code, output));
        Assert.Contains("MLOPS_DATABASE", error, StringComparison.Ordinal);
        Assert.Contains("SQLite file is of one process", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_is_set_from_standard_input_listed_without_its_value_used_masked_and_removed()
    {
        _projects.File("demo", "custom/tell.cs", """public static class B { [Custom] public static void Run(BlockContext context) => Console.WriteLine($"it is {context.Secret("TOKEN")} of {context.Secret("TOKEN").Length}"); }""")
            .Pipeline("demo", "telling", ("custom", "tell", []));

        using (var set = ProgramUnderTest.StartWithInput(_projects, "s3cret-value\n", "secrets", "set", "TOKEN", "--project", "demo"))
        {
            var (setCode, setOutput, _) = await set.WaitForExitAsync();
            Assert.Equal((0, "Set TOKEN of demo"), (setCode, setOutput.Trim()));
        }

        var listed = await RunAsync("secrets", "list", "--project", "demo");
        var run = await RunAsync("run", "demo", "telling");
        var removed = await RunAsync("secrets", "remove", "TOKEN", "--project", "demo");
        var again = await RunAsync("run", "demo", "telling");

        Assert.Matches(@"TOKEN +\W demo +\W", listed.Output);
        Assert.Equal((0, 0, 0, 1), (listed.Code, run.Code, removed.Code, again.Code));
        Assert.DoesNotContain("s3cret-value", listed.Output + run.Output + run.Error, StringComparison.Ordinal);
        Assert.Contains("There is no secret 'TOKEN' for the project 'demo'.", again.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_that_does_not_fit_is_refused_with_2()
    {
        using var program = ProgramUnderTest.StartWithInput(_projects, "abc\n", "secrets", "set", "TOKEN");

        var (code, _, error) = await program.WaitForExitAsync();

        Assert.Equal(2, code);
        Assert.Contains("secrets have at least 4", error, StringComparison.Ordinal);
    }

    public void Dispose() => _projects.Dispose();

    private async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using var program = ProgramUnderTest.Start(_projects, arguments);
        return await program.WaitForExitAsync();
    }
}
