using Microsoft.Extensions.DependencyInjection;
using Mlops.Core.Pipelines;

namespace Mlops.Blocks.Tests.CSharp;

/// <summary>What the files of new blocks begin with.</summary>
public sealed class NewBlockTests
{
    private static readonly BlockLanguage CSharp = BlockLanguage.Find("csharp")!;

    public static TheoryData<string> Types => [.. BlockType.All.Where(type => type.Runs && type.Folder.Length > 0).Select(type => type.Word)];

    [Theory]
    [MemberData(nameof(Types))]
    public async Task Every_type_that_runs_in_csharp_begins_with_code_that_is_a_block_of_it(string type)
    {
        await using var project = new BlockProject();
        var runners = project.Services.GetRequiredService<BlockRunners>();
        var kind = BlockType.Find(type)!;
        foreach (var (uuid, upstream) in new (string, string[])[] { ("my_block", []), ("2_days", ["load_orders"]), ("class", ["class", "2_days", "load_größe"]), ("row", ["row", "logger", "Logger", "count", "path", "context"]), ("table", ["load_x", "load__x"]), ("check", ["label", "seed"]), ("file", ["ml", "rows"]) })
        {
            var code = runners.NewCode(kind, CSharp, uuid, upstream);
            Assert.Equal(runners.WhyNot(kind, CSharp) is null, code is not null);
            if (code is not null)
            {
                var description = await project.DescribeAsync(type, uuid, code, upstream);
                Assert.Empty(description.Errors);
            }
        }
    }

    [Fact]
    public async Task New_blocks_run_one_after_the_other()
    {
        await using var project = new BlockProject();
        var runners = project.Services.GetRequiredService<BlockRunners>();

        var loaded = await project.RunAsync("data_loader", "load", Code("data_loader", "load"), variables: new { count = 5 }, []);
        var changed = await project.RunAsync("transformer", "change", Code("transformer", "change", "load"), loaded);
        var written = await project.RunAsync("data_exporter", "write", Code("data_exporter", "write", "change"), changed);
        var numbers = await project.RunAsync("data_loader", "numbers", """
            public static class Numbers
            {
                [DataLoader]
                public static IEnumerable<Pair> Run() => Enumerable.Range(0, 100).Select(x => new Pair(x, 2 * x, "text"));
            }

            public sealed record Pair(int X, int Twice, string Word);
            """);
        var trained = await project.RunAsync("trainer", "train", Code("trainer", "train", "numbers"), variables: new { label = "Twice" }, [numbers]);
        var untold = await project.RunAsync("trainer", "train", Code("trainer", "train", "change"), variables: new { label = "Id" }, [changed]);
        var said = await project.RunAsync("custom", "say", Code("custom", "say", "write"), written);

        Assert.Equal(5, written.Result.Outputs[0].Output.RowCount);
        Assert.Equal(6, File.ReadAllLines(Path.Combine(project.ProjectPath, "data", "write.csv")).Length);
        Assert.All(new[] { loaded, changed, written, said }, block => Assert.Null(block.Result.Error));
        Assert.Null(trained.Result.Error?.Message);
        Assert.Equal("There is no number to tell Id by", untold.Error.Message);

        string Code(string type, string uuid, params string[] upstream) => runners.NewCode(BlockType.Find(type)!, CSharp, uuid, upstream)!;
    }

    [Fact]
    public async Task Words_for_people_begin_with_their_title()
    {
        await using var project = new BlockProject();

        Assert.Equal("# read me\n", project.Services.GetRequiredService<BlockRunners>().NewCode(BlockType.Find("markdown")!, BlockLanguage.Find("markdown")!, "read_me", []));
    }
}
