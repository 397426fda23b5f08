using Microsoft.Extensions.Time.Testing;
using Mlops.Core.Projects;

namespace Mlops.Core.Tests.Projects;

public sealed class ProjectCatalogTests : IDisposable
{
    private readonly TestPlatform _platform = new();

    public void Dispose() => _platform.Dispose();

    [Fact]
    public void Projects_come_in_the_order_of_the_settings_and_absent_ones_are_left_out()
    {
        _platform.Write("settings.yaml", "name: course\nprojects:\n  b: {}\n  gone: {}\n  a:\n    path: deep/a\n    active: true\n");
        _platform.Write("b/metadata.yaml", "");
        _platform.Write("deep/a/metadata.yaml", "");
        _platform.Write("not_listed/metadata.yaml", "");
        using var catalog = _platform.Open();

        Assert.Equal("course", catalog.PlatformName);
        Assert.Equal([new Project("b", _platform.Path("b")), new Project("a", _platform.Path("deep/a"))], catalog.ListProjects());
    }

    [Fact]
    public void Without_settings_every_folder_with_metadata_is_a_project()
    {
        _platform.Write("b/metadata.yaml", "");
        _platform.Write("a/metadata.yaml", "");
        _platform.Write("docs/readme.md", "");
        using var catalog = _platform.Open();

        Assert.Equal("mlops", catalog.PlatformName);
        Assert.Equal(["a", "b"], catalog.ListProjects().Select(project => project.Uuid));
        Assert.All(catalog.ListProjects(), project => Assert.Null(project.Problem));
    }

    [Fact]
    public void A_folder_of_projects_that_does_not_exist_has_none()
    {
        var options = _platform.Options with { ProjectsPath = _platform.Path("nowhere/at/all") };
        using var catalog = new ProjectCatalog(options, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger<ProjectCatalog>.Instance);

        Assert.Empty(catalog.ListProjects());
    }

    [Fact]
    public void Settings_that_cannot_be_read_hide_no_project_and_are_named_as_the_problem()
    {
        _platform.Write("settings.yaml", "projects: 7\n");
        _platform.Write("a/metadata.yaml", "");
        using var catalog = _platform.Open();

        Assert.Equal(
            "settings.yaml cannot be used, so every folder with a metadata.yaml counts as a project: "
            + "line 1, column 11: projects must be a mapping or list, found the value '7'.",
            Assert.Single(catalog.ListProjects()).Problem);
    }

    [Theory]
    [InlineData("../outside")]
    [InlineData("/tmp")]
    [InlineData("link")]
    public void A_project_outside_the_folder_of_projects_is_not_read(string path)
    {
        Directory.CreateDirectory(_platform.Path("../outside"));
        Directory.CreateSymbolicLink(_platform.Path("link"), _platform.Path("../outside"));
        _platform.Write("settings.yaml", $"projects:\n  x: {{path: {path}}}\n");
        using var catalog = _platform.Open();

        Assert.Empty(catalog.ListProjects());
    }

    [Fact]
    public void One_bad_file_harms_no_other_pipeline()
    {
        _platform.WithPipeline("good", "blocks:\n").WithPipeline("bad", "blocks: [\n").Write("p/metadata.yaml", "{");
        using var catalog = _platform.Open();

        Assert.Equal(["bad", "good"], catalog.ListPipelines("p").Select(pipeline => pipeline.Uuid));
        Assert.False(catalog.GetPipeline("p", "bad").IsValid);
        Assert.True(catalog.GetPipeline("p", "good").IsValid);
        Assert.StartsWith("metadata.yaml, line 2", catalog.GetProject("p").Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pipeline_behind_a_link_out_of_the_project_is_listed_as_refused()
    {
        _platform.Write("elsewhere/metadata.yaml", "name: secret\n");
        _platform.WithPipeline("good", "blocks:\n");
        Directory.CreateSymbolicLink(_platform.Path("p/pipelines/linked"), _platform.Path("elsewhere"));
        using var catalog = _platform.Open();

        var pipeline = catalog.GetPipeline("p", "linked");
        Assert.Equal("linked", pipeline.Name);
        Assert.Contains("leads out of its folder", Assert.Single(pipeline.Problems).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("..")]
    [InlineData("p/../p")]
    [InlineData("")]
    [InlineData("P")]
    public void An_unknown_project_is_not_found_and_the_message_says_what_there_is(string uuid)
    {
        using var catalog = _platform.WithPipeline("x", "").Open();

        var exception = Assert.Throws<NotFoundException>(() => catalog.ListPipelines(uuid));
        Assert.Equal(("project", uuid, $"There is no project '{uuid}'. There are: p."), (exception.Kind, exception.Id, exception.Message));
    }

    [Fact]
    public void An_unknown_pipeline_is_not_found_and_the_message_says_what_there_is()
    {
        using var catalog = _platform.WithPipeline("x", "").Open();

        var exception = Assert.Throws<NotFoundException>(() => catalog.GetPipeline("p", "y"));
        Assert.Equal("The project 'p' has no pipeline 'y'. It has: x.", exception.Message);
    }

    [Fact]
    public void A_question_after_a_second_sees_every_kind_of_change()
    {
        var time = Clock();
        using var catalog = _platform.WithPipeline("x", "name: one\nblocks:\n- {uuid: a, type: custom, language: csharp}\n").Open(time);
        Assert.False(catalog.GetPipeline("p", "x").IsValid);

        _platform.Write("p/custom/a.cs", "// now there");
        Assert.True(After(time, catalog).GetPipeline("p", "x").IsValid);

        _platform.Write("p/pipelines/x/metadata.yaml", "name: two\n");
        Assert.Equal("two", After(time, catalog).GetPipeline("p", "x").Name);

        _platform.WithPipeline("y", "");
        Assert.Equal(["x", "y"], After(time, catalog).ListPipelines("p").Select(pipeline => pipeline.Uuid));

        Directory.Delete(_platform.Path("p/pipelines/x"), recursive: true);
        Assert.Equal(["y"], After(time, catalog).ListPipelines("p").Select(pipeline => pipeline.Uuid));

        _platform.Write("q/metadata.yaml", "");
        Assert.Equal(["p", "q"], After(time, catalog).ListProjects().Select(project => project.Uuid));

        _platform.Write("settings.yaml", "projects: [q]\n");
        Assert.Equal(["q"], After(time, catalog).ListProjects().Select(project => project.Uuid));
    }

    [Fact]
    public void A_change_that_leaves_time_and_size_as_they_were_is_seen_while_the_file_is_young()
    {
        var time = Clock();
        using var catalog = _platform.WithPipeline("x", "name: one\n").Open(time);
        var path = _platform.Path("p/pipelines/x/metadata.yaml");
        var written = File.GetLastWriteTimeUtc(path);
        Assert.Equal("one", catalog.GetPipeline("p", "x").Name);

        File.WriteAllText(path, "name: two\n");
        File.SetLastWriteTimeUtc(path, written);

        Assert.Equal("two", After(time, catalog).GetPipeline("p", "x").Name);
    }

    [Fact]
    public void What_did_not_change_is_not_read_again()
    {
        var time = Clock();
        using var catalog = _platform.WithPipeline("x", "name: one\n").WithPipeline("y", "").Open(time);
        foreach (var file in Directory.EnumerateFiles(_platform.ProjectsPath, "*", SearchOption.AllDirectories))
        {
            File.SetLastWriteTimeUtc(file, time.GetUtcNow().UtcDateTime.AddMinutes(-5));
        }

        var (x, y, list) = (catalog.GetPipeline("p", "x"), catalog.GetPipeline("p", "y"), catalog.ListPipelines("p"));
        Assert.Same(list, After(time, catalog).ListPipelines("p"));

        _platform.Write("p/pipelines/x/metadata.yaml", "name: two\n");

        Assert.NotSame(x, After(time, catalog).GetPipeline("p", "x"));
        Assert.Same(y, catalog.GetPipeline("p", "y"));
        Assert.NotSame(list, catalog.ListPipelines("p"));
    }

    [Fact]
    public async Task A_change_on_disk_is_told_without_anybody_asking()
    {
        using var catalog = _platform.WithPipeline("x", "name: one\n").Open();
        Assert.Equal("one", catalog.GetPipeline("p", "x").Name);
        var told = new TaskCompletionSource<string>();
        catalog.Changed += change =>
        {
            if (change.ProjectUuid == "p" && catalog.GetPipeline("p", "x").Name == "two")
            {
                told.TrySetResult("two");
            }
        };

        _platform.Write("p/pipelines/x/metadata.yaml", "name: two\n");

        Assert.Equal("two", await told.Task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Without_a_folder_to_watch_changes_are_told_all_the_same()
    {
        var options = _platform.Options with { ProjectsPath = Path.Combine(_platform.ProjectsPath, "later") };
        using var catalog = new ProjectCatalog(options, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger<ProjectCatalog>.Instance);
        Assert.Empty(catalog.ListProjects());
        var told = new TaskCompletionSource<ProjectChange>();
        catalog.Changed += change => _ = change.ProjectUuid is null && told.TrySetResult(change);

        _platform.Write("later/p/metadata.yaml", "");

        Assert.Equal(new ProjectChange(null), await told.Task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_listener_that_fails_harms_no_other()
    {
        using var catalog = _platform.WithPipeline("x", "name: one\n").Open();
        Assert.NotEmpty(catalog.ListPipelines("p"));
        var told = new TaskCompletionSource<ProjectChange>();
        catalog.Changed += _ => throw new InvalidOperationException("on purpose");
        catalog.Changed += change => told.TrySetResult(change);

        _platform.Write("p/pipelines/x/metadata.yaml", "name: two\n");

        Assert.Equal(new ProjectChange("p"), await told.Task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("settings.yaml", true)]
    [InlineData("p", true)]
    [InlineData("p/pipelines/x/metadata.yaml", true)]
    [InlineData("p/pipelines/data/metadata.yaml", true)]
    [InlineData("p/custom/deep/a.cs", true)]
    [InlineData("p/data/titanic.csv", false)]
    [InlineData("p/data/notes.yaml", false)]
    [InlineData("p/warehouse.duckdb", false)]
    [InlineData("p/obj/a.cs", false)]
    [InlineData("p/pipelines/x/.metadata.yaml.k2j.tmp", false)]
    public void Outputs_of_blocks_are_not_looked_at(string path, bool isRelevant) => Assert.Equal(isRelevant, ProjectWatcher.IsRelevant(path));

    /// <summary>A clock that stands where the files' times are, so that only the test moves it.</summary>
    private static FakeTimeProvider Clock() => new(TimeProvider.System.GetUtcNow());

    private static ProjectCatalog After(FakeTimeProvider time, ProjectCatalog catalog)
    {
        time.Advance(TimeSpan.FromSeconds(1));
        return catalog;
    }
}
