using Mlops.Core.Pipelines;
using Mlops.Core.Tests.Projects;

namespace Mlops.Core.Tests.Pipelines;

public sealed class FileExcerptTests
{
    [Theory]
    [InlineData(1, 1, "1,2,3")]
    [InlineData(6, 2, "2,3,4,5,6,7,8")]
    [InlineData(9, 5, "5,6,7,8,9")]
    [InlineData(10, 6, "6,7,8,9,")]
    [InlineData(99, 6, "6,7,8,9,")]
    public void The_lines_around_a_place_are_taken(int line, int first, string lines) =>
        Assert.Equal(new FileExcerpt(first, lines.Replace(',', '\n')), FileExcerpt.Around("1\r\n2\r\n3\r\n4\r\n5\r\n6\r\n7\r\n8\r\n9\r\n", line));

    [Fact]
    public void A_very_long_line_is_cut() =>
        Assert.Equal(new FileExcerpt(1, new string('x', 400) + "…"), FileExcerpt.Around(new string('x', 1_000_000), 1));

    [Fact]
    public void A_problem_brings_the_lines_of_its_own_file()
    {
        using var platform = new TestPlatform();
        platform.WithPipeline("x", "name: x\nuuid: x\ntype: python\nblocks:\n- uuid: a\n  type: custom\n  language: csharp\n  upstream_blocks:\n  - gone\n", "custom/a.cs");
        platform.Write("p/pipelines/x/triggers.yaml", "triggers:\n- name: a\n  name: b\n");

        var problems = platform.Read("x").Problems;

        Assert.Equal(
            [("pipelines/x/metadata.yaml", new FileExcerpt(5, "- uuid: a\n  type: custom\n  language: csharp\n  upstream_blocks:\n  - gone")),
             ("pipelines/x/triggers.yaml", new FileExcerpt(1, "triggers:\n- name: a\n  name: b"))],
            problems.Select(problem => (problem.File, problem.Excerpt)));
    }
}
