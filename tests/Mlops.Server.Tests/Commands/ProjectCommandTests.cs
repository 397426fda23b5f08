using System.Text.Json;
using Mlops.Server.Tests.Fixtures;
using Mlops.Testing;

namespace Mlops.Server.Tests.Commands;

/// <summary>Commands that make, check and look at what there is.</summary>
public sealed class ProjectCommandTests : IDisposable
{
    private readonly TestProjects _projects = PeopleServer.Write(new TestProjects("demo"));

    [Fact]
    public async Task A_new_project_is_listed_sound_and_runs()
    {
        var made = await RunAsync("init", "weather");
        var settings = await File.ReadAllTextAsync(Path.Combine(_projects.ProjectsPath, "settings.yaml"), TestContext.Current.CancellationToken);
        var valid = await RunAsync("validate", "weather");
        var run = await RunAsync("run", "weather", "example_pipeline");
        var log = await RunAsync("logs", "last", "--follow");

        Assert.Equal(0, made.Code);
        Assert.Contains("weather: {}", settings, StringComparison.Ordinal);
        Assert.Contains("demo", settings, StringComparison.Ordinal);
        Assert.Equal((0, "1 pipeline, 3 blocks: 0 errors, 0 warnings"), (valid.Code, valid.Output.Trim()));
        Assert.Equal(0, run.Code);
        Assert.Equal(
            "Day,City,Celsius\n2026-01-01,Oslo,-7.5\n2026-01-03,Rome,8.5\n",
            await File.ReadAllTextAsync(Path.Combine(_projects.ProjectsPath, "weather", "data", "coldest_days.csv"), TestContext.Current.CancellationToken));
        Assert.Equal(0, log.Code);
        Assert.Matches(@"^\d{4}-\d\d-\d\dT[\d:.]+Z Info +export_coldest_days: Wrote 2 rows\n$", log.Output);
        Assert.Equal(["settings.yaml", "demo", "weather"], Directory.GetFileSystemEntries(_projects.ProjectsPath)
            .Select(path => Path.GetFileName(path)).OrderBy(name => name.Contains('.', StringComparison.Ordinal) ? 0 : 1).ThenBy(name => name));
    }

    [Fact]
    public async Task A_block_that_is_added_runs_and_one_that_cannot_be_says_why()
    {
        await RunAsync("init", "weather");

        var added = await RunAsync("block", "add", "weather", "example_pipeline", "Save the days", "--type", "data_exporter", "--upstream", "coldest_days", "--set", "color=teal");
        var twice = await RunAsync("block", "add", "weather", "example_pipeline", "save the days", "--type", "data_exporter");
        var python = await RunAsync("block", "add", "weather", "example_pipeline", "Other", "--type", "custom", "--language", "python");
        var run = await RunAsync("run", "weather", "example_pipeline");

        Assert.Equal(
            (0, "Made data_exporters/save_the_days.cs\nAdded save_the_days to weather/example_pipeline, which has 4 blocks\n"), (added.Code, added.Output));
        Assert.Equal(2, twice.Code);
        Assert.Contains("has a block 'save_the_days' already", twice.Error, StringComparison.Ordinal);
        Assert.Equal(2, python.Code);
        Assert.Contains("Python blocks cannot run yet", python.Error, StringComparison.Ordinal);
        Assert.Equal(0, run.Code);
        Assert.Equal(3, (await File.ReadAllLinesAsync(Path.Combine(_projects.ProjectsPath, "weather", "data", "save_the_days.csv"), TestContext.Current.CancellationToken)).Length);
    }

    [Theory]
    [InlineData("My-Project", "such as 'my_project'")]
    [InlineData("../out", "such as 'out'")]
    [InlineData("demo", "exists already")]
    public async Task A_project_that_cannot_be_made_says_why_and_changes_nothing(string name, string words)
    {
        var before = Directory.GetFileSystemEntries(_projects.ProjectsPath, "*", SearchOption.AllDirectories).Order().ToList();

        var (code, _, error) = await RunAsync("init", name);

        Assert.Equal(2, code);
        Assert.Contains(words, error, StringComparison.Ordinal);
        Assert.Equal(before, Directory.GetFileSystemEntries(_projects.ProjectsPath, "*", SearchOption.AllDirectories).Order());
    }

    [Fact]
    public async Task Every_mistake_is_found_with_file_and_line()
    {
        _projects.File("demo", "custom/wrong.cs", "public static class B\n{\n    [Custom] public static int Run() => oops;\n}")
            .Pipeline("demo", "wrong", ("custom", "wrong", []))
            .PipelineYaml("demo", "broken", "blocks: [\n");

        var (code, output, _) = await RunAsync("validate");
        var json = JsonSerializer.Deserialize<JsonElement>((await RunAsync("validate", "demo", "--json")).Output);

        Assert.Equal(1, code);
        Assert.Contains("demo/custom/wrong.cs(3,41): error: CS0103: The name 'oops' does not exist in the current context", output, StringComparison.Ordinal);
        Assert.Matches(@"demo/pipelines/broken/metadata\.yaml\(\d+,\d+\): error: ", output);
        Assert.Matches(@"3 pipelines, \d+ blocks: 2 errors, 0 warnings", output);
        Assert.Equal(2, json.GetProperty("findings").GetArrayLength());
    }

    [Fact]
    public async Task Blocks_that_cannot_take_what_others_return_are_found_with_the_place_of_their_method()
    {
        _projects.File("demo", "custom/total.cs", """
            public static class B
            {
                [Custom]
                public static double Run(IReadOnlyList<Person> people, TrainedModel model) => people.Count;
            }
            public sealed record Person(string Name, int Cabin);
            """)
            .File("demo", "custom/count.cs", "public static class B { [Custom] public static int Run(Table people) => 1; }")
            .File("demo", "custom/silent.cs", "public static class B { [Custom] public static string? Run(object count, int days) => null; }")
            .Pipeline("demo", "sum", ("data_loader", "load_people", []), ("custom", "count", ["load_people"]), ("custom", "total", ["load_people", "count"]), ("custom", "silent", ["total"]));

        var (code, output, _) = await RunAsync("validate", "demo");
        var json = JsonSerializer.Deserialize<JsonElement>((await RunAsync("validate", "demo", "--json")).Output).GetProperty("findings").EnumerateArray().ToList();
        var (_, run, _) = await RunAsync("run", "demo", "sum");

        Assert.Equal(1, code);
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(
        [
            "demo/custom/total.cs(4,26): error: Pipeline 'sum': 'people' of 'total': total cannot read the output of 'load_people' (output_0): no column for Person.Cabin (Int32); "
                + "columns: Id, Name, Age, SeenAt. Change Person of 'load_people' or Person of 'total'; a property that takes null needs no column.",
            "demo/custom/total.cs(4,26): error: Pipeline 'sum': 'model' of 'total': output_0 of 'count' (Int32) is JSON, which cannot be taken as TrainedModel. "
                + "Take it as JsonElement, Stream or a type that JSON can be read as.",
        ], lines[..^1]);
        Assert.Matches(@"^2 pipelines, \d+ blocks: 2 errors, 0 warnings$", lines[^1]);
        Assert.Equal(lines[..^1], json.Select(finding =>
            $"{finding.GetProperty("file")}({finding.GetProperty("line")},{finding.GetProperty("column")}): error: {finding.GetProperty("message")}"));
        Assert.Contains("'people' of 'total': total cannot read the output of 'load_people' (output_0): no column for Person.Cabin (Int32)", run, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_projects_that_come_with_the_program_are_sound()
    {
        var folder = Repository.Combine("projects", "unit_0_setup");
        using var projects = new TestProjects("unit_0_setup");
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(file => Path.GetExtension(file) is ".cs" or ".sql" or ".yaml"))
        {
            projects.File("unit_0_setup", Path.GetRelativePath(folder, file), await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        }

        using var program = ProgramUnderTest.Start(projects, "validate");

        var (code, output, _) = await program.WaitForExitAsync();
        Assert.Equal((0, "2 pipelines, 5 blocks: 0 errors, 0 warnings\n"), (code, output));
    }

    [Fact]
    public async Task Sensors_in_sql_are_checked_and_run()
    {
        _projects.File("demo", "sensors/ready.sql", "select count(*) > 0\nfrom glob('{{ variables('pattern') }}')")
            .File("demo", "sensors/wrong.sql", "select 1\nfrom sales_{{ ds }}")
            .File("demo", "sensors/lost.sql", "select true")
            .PipelineYaml("demo", "wait", "name: wait\nuuid: wait\ntype: python\nblocks:\n- {uuid: ready, type: sensor, language: sql, upstream_blocks: []}\n")
            .PipelineYaml("demo", "wrong", """
                name: wrong
                uuid: wrong
                type: python
                blocks:
                - {uuid: wrong, type: sensor, language: sql, upstream_blocks: []}
                - {uuid: lost, type: sensor, language: sql, upstream_blocks: [], configuration: {data_provider: postgres, data_provider_profile: nowhere}}
                - {uuid: load, type: data_loader, language: sql, upstream_blocks: []}
                """)
            .File("demo", "data_loaders/load.sql", "select 1");

        var (code, lines, _) = await RunAsync("validate");
        var run = await RunAsync("run", "demo", "wait", "--var", "pattern=sensors/*.sql");

        await RunAsync("init", "weather");
        var added = await RunAsync("block", "add", "weather", "example_pipeline", "days are there", "--type", "sensor", "--language", "sql");
        var refused = await RunAsync("block", "add", "weather", "example_pipeline", "more", "--type", "transformer", "--language", "sql");
        var runOfNew = await RunAsync("run", "weather", "example_pipeline");

        var output = lines.ReplaceLineEndings("");
        Assert.Equal(1, code);
        Assert.Contains("demo/sensors/wrong.sql(2,12): error: sensors/wrong.sql, line 2 has a value between braces right beside letters", output, StringComparison.Ordinal);
        Assert.Contains("demo/sensors/lost.sql: error: sensors/lost.sql: The project has no io_config.yaml. Make one in its folder, with a profile for each database.", output, StringComparison.Ordinal);
        Assert.Contains("Block 'load' cannot run: SQL is for sensors so far, and this is a Data loader block; it is listed only.", output, StringComparison.Ordinal);
        Assert.DoesNotContain("ready", output, StringComparison.Ordinal);
        Assert.True(run.Code == 0, run.Output + run.Error);
        Assert.Contains("Made sensors/days_are_there.sql", added.Output, StringComparison.Ordinal);
        Assert.Equal(2, refused.Code);
        Assert.Contains("SQL is for sensors so far", refused.Error, StringComparison.Ordinal);
        Assert.True(runOfNew.Code == 0, runOfNew.Output + runOfNew.Error);
    }

    [Fact]
    public async Task Blocks_that_run_pipelines_are_followed_to_what_they_run()
    {
        _projects.PipelineYaml("demo", "ping", "type: python\nblocks:\n- {uuid: pong, type: pipeline, language: yaml}\n- {uuid: gone, type: pipeline, language: yaml}\n")
            .PipelineYaml("demo", "pong", "type: python\nblocks:\n- {uuid: ping, type: pipeline, language: yaml}\n")
            .PipelineYaml("demo", "user", "type: python\nblocks:\n- {uuid: figures, type: global_data_product, language: yaml}\n");

        var (code, output, _) = await RunAsync("validate");

        Assert.Equal(1, code);
        Assert.Contains("demo/pipelines/ping/metadata.yaml: error: Block 'gone' runs the pipeline 'gone', which project 'demo' does not have. It has: people, ping, pong, user.", output, StringComparison.Ordinal);
        Assert.Contains("demo/pipelines/pong/metadata.yaml: error: Pipeline 'pong' would run itself without end: pong -> ping -> pong.", output, StringComparison.Ordinal);
        Assert.Contains("Block 'figures' gives the global data product 'figures', which global_data_products.yaml of 'demo' does not have. It has: none.", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_list_can_be_had_as_JSON()
    {
        var (code, output, _) = await RunAsync("list", "--json");

        var pipeline = Assert.Single(JsonSerializer.Deserialize<JsonElement>(output).EnumerateArray().ToList());
        Assert.Equal((0, "demo", "people", 3, true), (
            code, pipeline.GetProperty("project_uuid").GetString(), pipeline.GetProperty("pipeline_uuid").GetString(),
            pipeline.GetProperty("block_count").GetInt32(), pipeline.GetProperty("is_valid").GetBoolean()));
    }

    [Fact]
    public async Task A_block_runs_alone_or_with_all_that_it_needs()
    {
        var first = await RunAsync("run", "demo", "people", "--block", "load_people", "--json");
        var alone = await RunAsync("run", "demo", "people", "--block", "sub/keep_known_ages");
        var both = await RunAsync("run", "demo", "people", "--block", "sub/keep_known_ages", "--upstream", "--json");
        var none = await RunAsync("run", "demo", "people", "--block", "nothing");

        Assert.Equal((0, "load_people"), (first.Code, Blocks(first.Output)));
        Assert.Equal(2, alone.Code);
        Assert.Contains("takes what load_people made", alone.Error, StringComparison.Ordinal);
        Assert.Equal((0, "load_people, sub/keep_known_ages"), (both.Code, Blocks(both.Output)));
        Assert.Equal(2, none.Code);
        Assert.Contains("It has: load_people, sub/keep_known_ages, count_people", none.Error, StringComparison.Ordinal);

        static string Blocks(string json) => string.Join(
            ", ", JsonSerializer.Deserialize<JsonElement>(json).GetProperty("block_runs").EnumerateArray().Select(block => block.GetProperty("block_uuid").GetString()));
    }

    [Fact]
    public async Task Triggers_are_listed_switched_and_checked()
    {
        _projects.File("demo", "pipelines/people/triggers.yaml", """
            triggers:
            - name: Every hour
              schedule_type: time
              schedule_interval: '@hourly'
              status: inactive # for now
            - name: On Mars
              schedule_type: time
              schedule_interval: 61 * * * *
              status: active
            """);

        var list = await RunAsync("trigger", "list");
        var on = await RunAsync("trigger", "enable", "demo", "people", "Every hour");
        var file = await File.ReadAllTextAsync(Path.Combine(_projects.ProjectsPath, "demo/pipelines/people/triggers.yaml"), TestContext.Current.CancellationToken);
        var none = await RunAsync("trigger", "disable", "demo", "people", "Every day");
        var checkedAll = await RunAsync("validate");

        Assert.Equal(0, list.Code);
        Assert.Matches(@"demo +\W people +\W Every hour +\W time +\W @hourly +\W inactive", list.Output);
        Assert.Equal(0, on.Code);
        Assert.Matches(@"^Every hour is active; its next run is at \d{4}-\d\d-\d\d \d\d:00:00 UTC\n$", on.Output);
        Assert.Contains("status: active # for now", file, StringComparison.Ordinal);
        Assert.Equal(2, none.Code);
        Assert.Contains("'Every day'", none.Error, StringComparison.Ordinal);
        Assert.Equal(1, checkedAll.Code);
        Assert.Contains("demo/pipelines/people/triggers.yaml: error: Trigger 'On Mars': ", checkedAll.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_log_is_followed_until_the_run_is_final()
    {
        _projects.File("demo", "custom/count.cs", """
            public static class B
            {
                [Custom]
                public static async Task Run(BlockContext context, CancellationToken stop)
                {
                    for (var i = 0; !System.IO.File.Exists(context.ResolvePath("go")); i++) { Console.WriteLine($"line {i}"); await Task.Delay(100, stop); }
                    throw new InvalidOperationException("the end");
                }
            }
            """).Pipeline("demo", "slow", ("custom", "count", []));
        using var run = ProgramUnderTest.Start(_projects, "run", "demo", "slow");
        await run.WaitForOutputAsync("running +count");
        using var logs = ProgramUnderTest.Start(_projects, "logs", "last", "-f", "--block", "count");
        await logs.WaitForOutputAsync("count: line 3");

        _projects.File("demo", "go", "");

        Assert.Equal(1, (await logs.WaitForExitAsync()).Code);
        Assert.Equal(1, (await run.WaitForExitAsync()).Code);
    }

    [Theory]
    [InlineData("There is no run 99", "logs", "99")]
    [InlineData("'newest' is not the id of a run", "logs", "newest")]
    [InlineData("There is no run yet", "logs", "last")]
    [InlineData("'nowhere'", "validate", "nowhere")]
    public async Task What_is_not_there_is_named_and_ends_with_2(string words, params string[] arguments)
    {
        var (code, _, error) = await RunAsync(arguments);

        Assert.Equal(2, code);
        Assert.Contains(words, error, StringComparison.Ordinal);
    }

    public void Dispose() => _projects.Dispose();

    private async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using var program = ProgramUnderTest.Start(_projects, arguments);
        return await program.WaitForExitAsync();
    }
}
