using System.Text.Json;
using Mlops.Core.Projects;
using Mlops.Core.Runs;
using Mlops.Core.Tests.Database;

namespace Mlops.Core.Tests.Runs;

/// <summary>What of files and requests reaches the blocks of a run.</summary>
public sealed class RunVariablesTests : PipelineRunSuite
{
    [Fact]
    public async Task Variables_of_all_projects_and_of_the_project_stand_below_those_of_the_pipeline_and_of_the_run()
    {
        Write("settings.yaml", "projects: {p: {}}\nvariables: {region: global, zone: global, depth: global, source: global}\n");
        Write("p/metadata.yaml", "project_type: standalone\nvariables: {region: project, zone: project, source: project}\n");

        var run = await _world.RunAsync("chain", new { region = "run" });

        Assert.Equal("""{"region":"run","zone":"project","depth":"global","source":"x.csv","share":0.5}""", JsonSerializer.Serialize(_world.Host.Works["a"].Variables));
        Assert.Equal(RunStatus.Completed, run.Status);
        Assert.Equal("project", _world.Get<ProjectCatalog>().GetProject("p").Variables["zone"].GetString());
    }

    [Fact]
    public async Task Variables_that_are_no_mapping_are_told_and_hold_up_nothing()
    {
        Write("settings.yaml", "projects: {p: {}}\nvariables: [1, 2]\n");
        Write("p/metadata.yaml", "project_type: standalone\nvariables: 7\n");

        Assert.Equal(
            "settings.yaml, line 2, column 12: variables must be a mapping of names to values, found a list. "
            + "metadata.yaml, line 2, column 12: variables must be a mapping of names to values, found the value '7'.",
            _world.Get<ProjectCatalog>().GetProject("p").Problem);
        Assert.Equal(RunStatus.Completed, (await _world.RunAsync("chain")).Status);
    }

    [Fact]
    public async Task A_run_may_be_told_to_stand_for_another_time()
    {
        await _world.RunAsync("chain", new { execution_date = "2024-02-01T06:00:00", interval_start_datetime = "2024-02-01", interval_end_datetime = "2024-02-02T01:00:00+01:00" });

        var work = _world.Host.Works["b"];
        Assert.Equal(new DateTimeOffset(2024, 2, 1, 6, 0, 0, TimeSpan.Zero), work.ExecutionDate);
        Assert.Equal(new RunInterval(new DateTimeOffset(2024, 2, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2024, 2, 2, 0, 0, 0, TimeSpan.Zero), null), work.Interval);
    }

    [Fact]
    public async Task A_block_has_the_configuration_as_it_was_when_the_run_was_accepted()
    {
        Write("p/pipelines/set/metadata.yaml", "blocks:\n- {uuid: a, type: custom, language: csharp, configuration: {table: 'sales_{{ ds }}', n: 1}}\n- {uuid: b, type: custom, language: csharp}\n");
        var run = await _world.StartAsync("set");
        Write("p/pipelines/set/metadata.yaml", "blocks:\n- {uuid: a, type: custom, language: csharp}\n");

        await _world.Executor.ExecuteAsync(run.Id, Cancellation);

        Assert.Equal("""{"table":"sales_{{ ds }}","n":1}""", JsonSerializer.Serialize(_world.Host.Works["a"].Configuration));
        Assert.Null(_world.Host.Works["b"].Configuration);
    }

    protected override Task<DatabaseFixture> CreateFixtureAsync() => Task.FromResult<DatabaseFixture>(new SqliteFixture());

    private void Write(string relativePath, string text)
    {
        var path = Path.Combine(_fixture.Options.ProjectsPath, relativePath);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        _world.Get<ProjectCatalog>().Check(path);
    }
}
