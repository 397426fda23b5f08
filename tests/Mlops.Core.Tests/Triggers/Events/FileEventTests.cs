using Mlops.Core.Runs;
using Mlops.Core.Tests.Database;

namespace Mlops.Core.Tests.Triggers.Events;

/// <summary>Files that arrive; a subclass says on which database.</summary>
public abstract class FileEventTests : EventSuite
{
    private string Inbox => Path.Combine(Fixture.Options.ProjectsPath, "p", "data", "inbox");

    [Fact]
    public async Task A_file_that_arrives_has_one_run_that_is_told_of_it_and_those_that_lie_there_have_none()
    {
        Drop("old.csv");
        MeetFileSystem();
        Write("x", Event("{type: file, path: data/inbox, pattern: '*.csv'}", "status: active\n  variables: {seed: 7}"));
        await LookAsync();
        Assert.Empty(await RunsOfAsync("x"));

        Drop("new.csv", "a,b\n");
        Drop("new.txt");
        Drop(".new.csv.part");
        await LookLaterAsync();
        await LookLaterAsync();

        var run = Assert.Single(await RunsOfAsync("x"));
        Assert.Equal((RunOrigin.Event, "t", 7), (run.Origin, run.TriggerName, run.Variables["seed"].GetInt32()));
        var told = run.Variables["event"];
        Assert.Equal(("file", "new.csv", 4, Path.Combine(Inbox, "new.csv")), (told.GetProperty("type").GetString(), told.GetProperty("name").GetString(), told.GetProperty("size").GetInt32(), told.GetProperty("path").GetString()));
        Assert.Equal([run.Id], World.Queue.Enqueued);
        Assert.Null(await ProblemAsync());
    }

    [Fact]
    public async Task A_file_that_is_written_in_the_moment_of_activation_counts()
    {
        MeetFileSystem();
        Directory.CreateDirectory(Inbox);
        Write("x", Event("{type: file, path: data/inbox}"));
        await ListAsync();
        Drop("first.csv");

        await LookAsync();

        Assert.Equal(["first.csv"], await EventsAsync("name"));
    }

    [Fact]
    public async Task A_file_counts_when_it_has_stopped_growing()
    {
        await BeginAsync("{type: file, path: data/inbox}");
        var path = Drop("big.csv", "1");

        // The system's report may come at any time: the first look is that of the interval.
        Time.Advance(TimeSpan.FromSeconds(31));
        var watcher = await TickAsync();
        for (var i = 0; i < 5; i++)
        {
            await File.AppendAllTextAsync(path, "more", Cancellation);
            Time.Advance(TimeSpan.FromSeconds(1));
            await watcher();
        }

        Assert.Empty(await RunsOfAsync("x"));
        Time.Advance(TimeSpan.FromSeconds(1));
        await watcher();
        Assert.Equal(["21"], await EventsAsync("size"));
    }

    [Fact]
    public async Task A_file_that_changed_counts_again_and_one_that_did_not_never_does_also_after_a_restart()
    {
        await BeginAsync("{type: file, path: data/inbox}");
        var path = Drop("a.csv", "1");
        await LookLaterAsync();
        var restarted = await OpenAsync();
        await LookLaterAsync(restarted);
        Assert.Equal(["1"], await EventsAsync("size"));

        await File.WriteAllTextAsync(path, "22", Cancellation);
        await LookLaterAsync(restarted);
        await LookLaterAsync();

        Assert.Equal(["1", "2"], await EventsAsync("size"));
    }

    [Fact]
    public async Task A_file_that_came_while_no_server_was_there_has_its_run()
    {
        await BeginAsync("{type: file, path: data/inbox}");
        Drop("night.csv");

        await LookLaterAsync(await OpenAsync());

        Assert.Equal(["night.csv"], await EventsAsync("name"));
    }

    [Fact]
    public async Task What_came_while_the_trigger_was_off_is_left_out()
    {
        await BeginAsync("{type: file, path: data/inbox}");
        await SwitchAsync(false);
        await LookAsync();
        Drop("off.csv");
        await LookLaterAsync();

        await SwitchAsync(true);
        await LookAsync();
        Drop("on.csv");
        await LookLaterAsync();

        Assert.Equal(["on.csv"], await EventsAsync("name"));
    }

    [Fact]
    public async Task Folders_in_the_folder_count_where_the_trigger_says_so()
    {
        await BeginAsync("{type: file, path: data/inbox, recursive: true}");
        Drop("2026/05/deep.csv");
        await LookLaterAsync();
        Assert.Equal(["2026/05/deep.csv"], await EventsAsync("name"));

        Write("x", Event("{type: file, path: data/inbox}"));
        await LookAsync();
        Drop("2026/06/deeper.csv");
        await LookLaterAsync();
        Assert.Equal(["2026/05/deep.csv"], await EventsAsync("name"));
    }

    [Fact]
    public async Task A_folder_that_is_missing_is_the_problem_of_its_trigger_until_it_is_there()
    {
        RunWorldOf("y");
        MeetFileSystem();
        Directory.CreateDirectory(Inbox);
        Write("y", Event("{type: file, path: data/nowhere}"));
        Write("x", Event("{type: file, path: data/inbox}"));
        await LookAsync();
        Drop("a.csv");
        await LookLaterAsync();
        Assert.StartsWith("The folder data/nowhere cannot be looked at: Could not find", await ProblemAsync("y"), StringComparison.Ordinal);
        Assert.Equal(["a.csv"], await EventsAsync("name"));

        Directory.CreateDirectory(Path.Combine(Fixture.Options.ProjectsPath, "p/data/nowhere"));
        await LookLaterAsync();
        Assert.Null(await ProblemAsync("y"));
        await File.WriteAllTextAsync(Path.Combine(Fixture.Options.ProjectsPath, "p/data/nowhere/b.csv"), "", Cancellation);
        await LookLaterAsync();
        Assert.Single(await RunsOfAsync("y"));
    }

    [Fact]
    public async Task An_event_whose_pipeline_cannot_run_has_its_run_when_it_can()
    {
        await BeginAsync("{type: file, path: data/inbox}");
        var metadata = Path.Combine(Fixture.Options.ProjectsPath, "p/pipelines/x/metadata.yaml");
        var good = await File.ReadAllTextAsync(metadata, Cancellation);
        await File.WriteAllTextAsync(metadata, "blocks: []\n", Cancellation);
        World.Get<Core.Projects.ProjectCatalog>().Check(metadata);
        Drop("a.csv");
        await LookLaterAsync();
        Assert.Contains("has no blocks that can run", await ProblemAsync(), StringComparison.Ordinal);

        await File.WriteAllTextAsync(metadata, good, Cancellation);
        World.Get<Core.Projects.ProjectCatalog>().Check(metadata);
        await LookLaterAsync();

        Assert.Equal(["a.csv"], await EventsAsync("name"));
        Assert.Null(await ProblemAsync());
    }

    [Fact]
    public async Task A_run_is_skipped_while_the_one_before_is_not_over_where_the_trigger_says_so()
    {
        await BeginAsync("{type: file, path: data/inbox}", "status: active\n  settings: {skip_if_previous_running: true}");
        Drop("a.csv");
        await LookLaterAsync();
        Drop("b.csv");
        await LookLaterAsync();

        var runs = await RunsOfAsync("x");

        Assert.Equal([RunStatus.Cancelled, RunStatus.Initial], runs.Select(run => run.Status));
        Assert.Equal($"Skipped: run {runs[1].Id} of this trigger is not over (skip_if_previous_running).", runs[0].Error);
    }

    [Fact]
    public async Task Two_servers_start_one_run_for_each_of_many_files()
    {
        await BeginAsync("{type: file, path: data/inbox}");
        var second = await OpenAsync();
        foreach (var i in Enumerable.Range(0, 60))
        {
            Drop($"{i}.csv");
        }

        await LookTogetherAsync(World, second);

        Assert.Equal(Enumerable.Range(0, 60).Select(i => $"{i}.csv").Order(StringComparer.Ordinal), await EventsAsync("name"));
    }

    [Theory]
    [InlineData("../p/data", "'..'")]
    [InlineData("/etc", "event.path is '/etc', which is in no folder that may be watched. Write a path in the project")]
    [InlineData("/srv/drop/../secret", "which is in no folder that may be watched")]
    [InlineData("''", "event.path is \"\"; a folder of the project, such as data/inbox is wanted.")]
    public async Task A_folder_outside_of_the_allowed_places_is_refused(string path, string problem)
    {
        var world = await OpenAsync(Fixture.Options with { WatchedFolders = ["/srv/drop"] });
        Write("x", Event($"{{type: file, path: {path}}}"));

        var trigger = Assert.Single(await world.Get<Core.Triggers.TriggerService>().ListAsync("p", "x", Cancellation));

        Assert.Contains(problem, trigger.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_link_out_of_the_project_is_refused_and_a_folder_that_the_operator_allows_is_not()
    {
        var outside = Directory.CreateDirectory(Path.Combine(Fixture.Folder, "drop", "shop")).FullName;
        Directory.CreateDirectory(Path.GetDirectoryName(Inbox)!);
        Directory.CreateSymbolicLink(Inbox, outside);
        var world = await OpenAsync(Fixture.Options with { WatchedFolders = [Path.Combine(Fixture.Folder, "drop")] });
        MeetFileSystem();
        Write("x", Event("{type: file, path: data/inbox}"));
        await LookAsync(world);
        Assert.Contains("leads out of its folder", await ProblemAsync(), StringComparison.Ordinal);

        Write("x", Event($"{{type: file, path: {outside}}}"));
        await LookAsync(world);
        await File.WriteAllTextAsync(Path.Combine(outside, "a.csv"), "", Cancellation);
        await LookLaterAsync(world);

        Assert.Equal(["a.csv"], await EventsAsync("name"));
    }

    [Theory]
    [InlineData("{type: file}", "event.path is missing; a folder of the project, such as data/inbox is wanted.")]
    [InlineData("{type: file, path: a, patern: '*.csv'}", "event.patern is not known. With type file there is path, pattern, recursive, interval.")]
    [InlineData("{type: file, path: a, interval: 0}", "event.interval is 0; a number of seconds from 1 to 86400 is wanted.")]
    [InlineData("{type: file, path: a, pattern: b/c}", "event.pattern is \"b/c\"; names of files with * and ?, such as *.csv is wanted.")]
    [InlineData("{type: tide}", "event.type is \"tide\"; one of file, pipeline, webhook is wanted.")]
    [InlineData("{path: a}", "event.type is missing; one of file, pipeline, webhook is wanted.")]
    [InlineData("soon", "event is 'soon'; a mapping such as {type: file, path: data/inbox} is wanted.")]
    public async Task What_is_wrong_with_an_event_is_said(string given, string problem)
    {
        Write("x", Event(given));

        Assert.Equal(problem, await ProblemAsync());
    }

    private async Task BeginAsync(string given, string more = "status: active")
    {
        Directory.CreateDirectory(Inbox);
        MeetFileSystem();
        Write("x", Event(given, more));
        await LookAsync();
    }

    private string Drop(string name, string text = "")
    {
        var path = Path.Combine(Inbox, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    private void RunWorldOf(string pipeline) => Tests.Runs.RunWorld.WritePipeline(Fixture, pipeline, ["a"]);
}

public sealed class SqliteFileEventTests : FileEventTests
{
    protected override Task<DatabaseFixture> CreateFixtureAsync() => Task.FromResult<DatabaseFixture>(new SqliteFixture());
}

public sealed class PostgresFileEventTests : FileEventTests
{
    protected override Task<DatabaseFixture> CreateFixtureAsync() => PostgresFixture.CreateAsync();
}
