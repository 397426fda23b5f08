using Mlops.Core.Projects;
using Mlops.Testing;

namespace Mlops.Core.Tests.Projects;

public sealed class ProjectPathsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("a.cs")]
    [InlineData("transformers/deep/fill_in.cs")]
    [InlineData("données/中文.csv")]
    [InlineData("emoji 🚢.md")]
    public void A_path_inside_passes_whether_or_not_it_exists(string path) => Assert.Equal(Path.Combine(_folder.Path, path), Resolve(path));

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("../x")]
    [InlineData("a/../../x")]
    [InlineData("a/./b")]
    [InlineData("a//b")]
    [InlineData("/etc/passwd")]
    [InlineData("C:\\x")]
    [InlineData("a\\..\\b")]
    [InlineData("a\0.cs")]
    [InlineData("a\n.cs")]
    [InlineData("a\u202Esc.b")]
    [InlineData("a\u200Bb")]
    [InlineData("e\u0301.cs")]
    [InlineData(" a")]
    [InlineData("a /b")]
    [InlineData("a/b ")]
    public void Whatever_could_lead_elsewhere_or_looks_like_another_name_is_refused(string path)
    {
        var exception = Assert.Throws<InvalidRequestException>(() => Resolve(path));

        Assert.Equal("invalid_path", exception.Type);
        Assert.NotEmpty(Assert.Single(exception.Errors));
    }

    [Fact]
    public void Half_a_character_is_refused() => Assert.Throws<InvalidRequestException>(() => Resolve("a\uD800b"));

    [Fact]
    public void Names_and_paths_that_are_too_long_are_refused()
    {
        Assert.Throws<InvalidRequestException>(() => Resolve(new string('a', 401)));
        Assert.Throws<InvalidRequestException>(() => Resolve(new string('é', 128)));
        Assert.EndsWith(new string('a', 255), Resolve(new string('a', 255)), StringComparison.Ordinal);
    }

    [Fact]
    public void Links_may_lead_to_places_inside_and_nowhere_else()
    {
        _folder.Write("root/inside/file.cs", "");
        _folder.Write("outside/file.cs", "");
        var root = _folder.Combine("root");
        Directory.CreateSymbolicLink(Path.Combine(root, "good"), "inside");
        Directory.CreateSymbolicLink(Path.Combine(root, "bad"), _folder.Combine("outside"));
        File.CreateSymbolicLink(Path.Combine(root, "detour"), "bad/file.cs");
        File.CreateSymbolicLink(Path.Combine(root, "dangling"), "../outside/nothing");
        File.CreateSymbolicLink(Path.Combine(root, "circle"), "circle");

        Assert.Null(ProjectPaths.TryResolve(root, "good/file.cs", out var path));
        Assert.Equal(Path.Combine(root, "good/file.cs"), path);
        Assert.All(["bad/file.cs", "bad/new.cs", "detour", "dangling", "circle"], link => Assert.NotNull(ProjectPaths.TryResolve(root, link, out _)));
    }

    [Fact]
    public void A_root_that_is_a_link_itself_is_fine()
    {
        _folder.Write("real/a.cs", "");
        Directory.CreateSymbolicLink(_folder.Combine("alias"), _folder.Combine("real"));

        Assert.Null(ProjectPaths.TryResolve(_folder.Combine("alias"), "a.cs", out var path));
        Assert.Equal(_folder.Combine("alias", "a.cs"), path);
    }

    [Fact]
    public void A_folder_that_is_no_project_is_no_root()
    {
        var paths = new ProjectPaths(new MlopsCoreOptions { ProjectsPath = _folder.Combine("projects"), DataPath = _folder.Combine("data") });

        Assert.Throws<ArgumentException>(() => paths.InProject(new Project("p", "/etc"), "passwd"));
        Assert.Equal(_folder.Combine("data", "runs", "1"), paths.InData("runs/1"));
    }

    private string Resolve(string path) =>
        new ProjectPaths(new MlopsCoreOptions { ProjectsPath = Path.GetDirectoryName(_folder.Path)!, DataPath = "/nowhere" }).InProject(new Project("p", _folder.Path), path);
}
