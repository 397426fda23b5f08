using Microsoft.Extensions.DependencyInjection;
using Mlops.Blocks.CSharp;
using Mlops.Core.Pipelines;
using Mlops.Core.Runs;

namespace Mlops.Blocks.Tests.CSharp;

public sealed class BlockLoadTests
{
    [Fact]
    public async Task A_compile_error_names_file_line_and_column_and_tells_every_error()
    {
        await using var project = new BlockProject();

        var block = await project.RunAsync("transformer", "fill_in", """
            public static class FillIn
            {
                [Transformer]
                public static int Run()
                {
                    var a = missing;
                    return "text";
                }
            }
            """);

        var error = block.Error;
        Assert.Equal(("compile_error", "transformers/fill_in.cs", 6, 17), (error.Type, error.File, error.Line, error.Column));
        Assert.Equal(
            """
            transformers/fill_in.cs(6,17): CS0103: The name 'missing' does not exist in the current context
            transformers/fill_in.cs(7,16): CS0029: Cannot implicitly convert type 'string' to 'int'
            """,
            error.Message);
        Assert.Equal(3, error.CodeFirstLine);
        Assert.Contains("var a = missing;", error.Code, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_compile_error_in_a_shared_file_is_told_with_its_place()
    {
        await using var project = new BlockProject();
        project.Write("utils/bad.cs", "class Bad {");

        var block = await project.RunAsync("transformer", "block", Code.Transformer("public static int Run() => 1;"));

        Assert.Equal(("compile_error", "utils/bad.cs", 1), (block.Error.Type, block.Error.File, block.Error.Line));
    }

    [Theory]
    [InlineData("public static class A { }", "transformers/block.cs has no block. Mark one public static method with [DataLoader], [Transformer], [DataExporter], [Trainer], [Custom], [Sensor], [Condition] or [Callback].")]
    [InlineData(
        "public static class A {\n  [Transformer]\n  public static int One() => 1;\n  [Transformer] public static int Two(int a) => 1;\n}",
        "transformers/block.cs has two blocks: One (line 3), Two (line 4); keep one.")]
    [InlineData(
        "public class A {\n  [Transformer] int One() => 1;\n}",
        "transformers/block.cs: One (line 2) is not public and is not static; make it public static, with plain parameters.")]
    [InlineData(
        "public class A {\n  [Transformer] public static int One<T>(ref int a) => 1;\n}",
        "transformers/block.cs: One (line 2) is generic and takes a ref, out, in or span parameter; make it public static, with plain parameters.")]
    [InlineData(
        "public class A {\n  [Transformer] public static int One() => 1;\n  [Test] public void T() { }\n}",
        "transformers/block.cs: T (line 3) is not static; make it public static, with plain parameters.")]
    [InlineData(
        "public static class A {\n\n  [DataLoader] public static int One() => 1;\n}",
        "transformers/block.cs is a data_loader by its attribute, but the pipeline uses it as transformer. Change the attribute in the file or the block's type in metadata.yaml.")]
    public async Task A_file_without_exactly_one_callable_block_of_its_type_says_what_is_wrong(string code, string message)
    {
        await using var project = new BlockProject();

        var run = await project.RunAsync("transformer", "block", code);
        var description = await project.DescribeAsync("transformer", "block", code);

        Assert.Equal(("signature_error", message), (run.Error.Type, run.Error.Message));
        Assert.Equal("transformers/block.cs", run.Error.File);
        Assert.Equal([run.Error], description.Errors);
    }

    [Fact]
    public async Task Variables_are_described_with_type_form_default_and_choices()
    {
        await using var project = new BlockProject();

        var description = await project.DescribeAsync("transformer", "block", Code.Transformer(
            """
            public static int Run(
                Table people, BlockContext context, string name, Strategy strategy = Strategy.Median, double? limit = null, int count = 3,
                bool loud = true, decimal price = 1.50m, DateOnly day = default, DateTimeOffset? at = null, string? note = "hi", IReadOnlyList<int>? list = null) => 1;
            """), "load_people");

        Assert.Empty(description.Errors);
        Assert.Equal(
            [
                "name|string|Text|True||",
                "strategy|Strategy|Choice|False|\"Median\"|Mean,Median",
                "limit|double?|Number|False||",
                "count|int|WholeNumber|False|3|",
                "loud|bool|Switch|False|true|",
                "price|decimal|Number|False|1.50|",
                "day|DateOnly|Date|False|\"0001-01-01\"|",
                "at|DateTimeOffset?|DateTime|False||",
                "note|string?|Text|False|\"hi\"|",
                "list|IReadOnlyList<int>?|Json|False||",
            ],
            description.Parameters.Select(p => $"{p.Name}|{p.Type}|{p.Form}|{p.IsRequired}|{p.Default?.GetRawText()}|{string.Join(',', p.Choices)}"));
    }

    [Fact]
    public async Task A_block_without_a_file_is_described_as_such()
    {
        await using var project = new BlockProject();

        var description = await project.Host.DescribeAsync(project.ProjectPath, BlockProject.NewBlock("transformer", "gone", null), CancellationToken.None);

        Assert.Equal([new BlockError("file_missing", "The file of block 'gone' is missing.")], description.Errors);
    }

    [Fact]
    public async Task An_edited_block_runs_as_edited_and_an_edited_shared_file_counts_too()
    {
        await using var project = new BlockProject();
        project.Write("utils/N.cs", "public static class N { public static int Value => 1; }");
        var code = Code.Transformer("public static int Run() => N.Value;");

        var first = (await project.RunAsync("transformer", "block", code)).Completed().Json();
        project.Write("utils/N.cs", "public static class N { public static int Value => 2; }");
        var second = (await project.RunAsync("transformer", "block", code)).Completed().Json();
        var third = (await project.RunAsync("transformer", "block", Code.Transformer("public static int Run() => N.Value + 1;"))).Completed().Json();

        Assert.Equal(["1", "2", "3"], [first, second, third]);
    }

    [Fact]
    public async Task Compiled_blocks_are_kept_on_disk_and_a_damaged_one_is_compiled_again()
    {
        await using var project = new BlockProject();
        (await project.RunAsync("data_loader", "load_people", Code.LoadPeople)).Completed();
        var file = Assert.Single(Directory.GetFiles(Path.Combine(project.DataPath, "cache", "csharp")));
        var kept = await File.ReadAllBytesAsync(file);
        await File.WriteAllBytesAsync(file, kept[..^5]);

        using (var blocks = NewBlocks(project))
        using (blocks.Take(BlockSource.Read(project.ProjectPath, Path.Combine(project.ProjectPath, "data_loaders", "load_people.cs"))))
        {
            Assert.Equal(kept, await File.ReadAllBytesAsync(file));
        }
    }

    [Fact]
    public async Task Only_so_many_blocks_stay_loaded()
    {
        await using var project = new BlockProject();
        var sources = Enumerable.Range(0, 3).Select(i => BlockSource.Read(
            project.ProjectPath, project.Write($"transformers/bounded_{i}.cs", Code.Transformer($"public static int Run() => {i};")))).ToList();
        using var blocks = NewBlocks(project, maxBlocks: 2);

        sources.ForEach(source => blocks.Take(source).Dispose());

        Assert.Equal(0, LoadContexts.CountAfterCollection("transformers/bounded_0.cs"));
        Assert.Equal(1, LoadContexts.CountAfterCollection("transformers/bounded_2.cs"));
    }

    [Fact]
    public void Two_runners_of_one_language_are_refused()
    {
        var exception = Assert.Throws<InvalidOperationException>(() => new BlockRunners([new NoRunner(), new NoRunner()]));

        Assert.Equal("NoRunner and NoRunner are both for the language 'sql'. Register one.", exception.Message);
    }

    [Fact]
    public async Task The_warm_up_runs_blocks_from_end_to_end()
    {
        await using var project = new BlockProject();

        await project.Services.GetRequiredService<CSharpWarmUp>().RunAsync(CancellationToken.None);

        Assert.Equal(2, Directory.GetFiles(Path.Combine(project.DataPath, "cache", "csharp")).Length);
    }

    private static LoadedBlocks NewBlocks(BlockProject project, int maxBlocks = 200) => new(
        project.Services.GetRequiredService<CSharpCompiler>(), project.Services.GetRequiredService<AssemblyCache>(), maxBlocks);

    private sealed class NoRunner : IBlockRunner
    {
        public string Language => "sql";

        public string? WhyNot(BlockType type) => "never";

        public string? NewCode(BlockType type, string uuid, IReadOnlyList<string> upstream) => null;

        public Task<BlockDescription> DescribeAsync(string projectPath, Block block, CancellationToken cancellationToken) => throw new InvalidOperationException();

        public Task<BlockResult> RunAsync(BlockInvocation invocation, CancellationToken cancellationToken) => throw new InvalidOperationException();
    }
}
