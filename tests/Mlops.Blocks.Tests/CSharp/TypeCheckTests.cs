using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Mlops.Blocks.CSharp.Types;
using Mlops.Core.Pipelines;
using Mlops.Core.Runs;

namespace Mlops.Blocks.Tests.CSharp;

public sealed class TypeCheckTests(TypeCheckTests.SharedTypes shared) : IClassFixture<TypeCheckTests.SharedTypes>
{
    /// <summary>A problem that is found is one that the run ends with; what the run accepts is no problem.</summary>
    [Theory]
    [MemberData(nameof(TypeCases.Tables), MemberType = typeof(TypeCases))]
    [MemberData(nameof(TypeCases.Rows), MemberType = typeof(TypeCases))]
    [MemberData(nameof(TypeCases.Files), MemberType = typeof(TypeCases))]
    [MemberData(nameof(TypeCases.Json), MemberType = typeof(TypeCases))]
    [MemberData(nameof(TypeCases.Outputs), MemberType = typeof(TypeCases))]
    public async Task The_check_and_the_run_agree(string returns, string value, string parameter, string? problem, bool runs)
    {
        var (up, down) = (Custom($"{returns} Run() => {value}"), Custom($"int Run({parameter} x) => 1"));
        var found = await CheckAsync(shared.Project, shared.Block("up", up), shared.Block("down", down, "up"));
        var made = (await shared.Project.RunAsync("custom", "up", up)).Completed();
        var taken = await shared.Project.RunAsync("custom", "down", down, made);

        Assert.True(taken.Result.Error is null == runs, $"{taken.Result.Error?.Type}: {taken.Result.Error?.Message}");
        Assert.True(runs || taken.Error.Type == "binding_error", taken.Result.Error?.Message);
        if (problem is null)
        {
            Assert.Empty(found);
            return;
        }

        var error = Assert.Single(found);
        Assert.Equal(("binding_error", "custom/down.cs", 4, 32), (error.Type, error.File, error.Line, error.Column));
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
        Assert.Contains("'up'", error.Message, StringComparison.Ordinal);
        Assert.Contains("'down'", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("int Run(Table a) => 1", "'down' has 2 upstream blocks ('people', 'number'), but its method takes only 'a'. Add a parameter for each, or remove the connection.", "people", "number")]
    [InlineData("int Run(BlockContext context) => 1", "'down' has 1 upstream blocks ('number'), but its method takes none of them.", "number")]
    [InlineData("int Run(Table a, int days = 7) => 1", "takes only 'a'", "people", "number")]
    [InlineData("int Run(Table a) => 1", null, "nothing", "people")]
    [InlineData("int Run(Table a) => 1", null, "people", "nothing")]
    [InlineData("int Run(Table a) => 1", null, "people", "maybe")]
    [InlineData("int Run(Table? none, Table a) => 1", null, "nothing", "people")]
    [InlineData("int Run(Table a, Table b) => 1", "'down' may be missing upstream blocks: it takes 'b' (Table), but has only 'people' upstream. Connect a block, or remove the parameter.", "people")]
    [InlineData("int Run(Table a, Table? b = null) => 1", null, "people")]
    [InlineData("int Run(Table a, int days) => 1", null, "people")]
    [InlineData("int Run(Table a) => 1", "it takes 'a' (Table), but has no upstream block.")]
    [InlineData("int Run(int a, Table b) => 1", "'b' of 'down': output_0 of 'number2' (Int32) is JSON", "number", "number2")]
    [InlineData("int Run(ILogger log, int a, CancellationToken stop, Table b) => 1", null, "number", "people")]
    public async Task Every_upstream_block_needs_a_parameter_and_every_parameter_a_block(string method, string? problem, params string[] upstream)
    {
        var found = await CheckAsync(shared.Project, [.. Sources(), shared.Block("down", Custom(method), upstream)]);

        Assert.Equal(problem is null ? 0 : 1, found.Count);
        Assert.Contains(problem ?? "", found.Count == 0 ? "" : found[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_problem_of_a_block_is_an_error_of_its_own()
    {
        var found = await CheckAsync(shared.Project, [.. Sources(), shared.Block("down", Custom("int Run(int a, Table b) => 1"), "people", "number", "number2")]);

        Assert.Equal(3, found.Count);
        Assert.StartsWith("'down' has 3 upstream blocks", found[0].Message, StringComparison.Ordinal);
        Assert.StartsWith("'a' of 'down': output_0 of 'people'", found[1].Message, StringComparison.Ordinal);
        Assert.StartsWith("'b' of 'down': output_0 of 'number'", found[2].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_known_before_a_run_is_passed_over()
    {
        var takesModel = Custom("int Run(TrainedModel x) => 1");
        var sources = Sources();
        var dynamic = sources[0] with { Configuration = new Dictionary<string, JsonElement> { ["dynamic"] = JsonElement.Parse("true") } };
        var child = shared.Block("child", Custom("int Run(Person x) => 1"), "people") with { Configuration = new Dictionary<string, JsonElement> { ["reduce_output"] = JsonElement.Parse("true") } };
        var sql = sources[1] with { Language = BlockLanguage.Find("sql")! };
        var gone = sources[1] with { FilePath = null };
        var bare = shared.Block("bare", Custom("Microsoft.ML.Data.TransformerChain<Microsoft.ML.ITransformer> Run() => null!"));
        var broken = shared.Block("broken", Custom("int Run() => oops"));

        Assert.Empty(await CheckAsync(shared.Project, dynamic, child, shared.Block("list", takesModel, "child")));
        Assert.Empty(await CheckAsync(shared.Project, dynamic, shared.Block("item", takesModel, "people")));
        Assert.Empty(await CheckAsync(shared.Project, sql, shared.Block("after_sql", takesModel, "number")));
        Assert.Empty(await CheckAsync(shared.Project, gone, shared.Block("after_gone", takesModel, "number")));
        Assert.Empty(await CheckAsync(shared.Project, broken, shared.Block("after_broken", takesModel, "broken")));
        Assert.Empty(await CheckAsync(shared.Project, bare, shared.Block("after_bare", takesModel, "bare")));
        Assert.Single(await CheckAsync(shared.Project, sources[1], shared.Block("after_number", takesModel, "number")));
    }

    [Fact]
    public async Task A_block_that_starts_whatever_became_of_those_upstream_may_find_nothing()
    {
        var sources = Sources();
        var takes = shared.Block("always", Custom("int Run(TrainedModel? x) => 1"), "number");
        var needs = shared.Block("needs", Custom("int Run(TrainedModel x) => 1"), "number") with { TriggerRule = TriggerRule.AllDone };

        Assert.Single(await CheckAsync(shared.Project, [.. sources, takes]));
        Assert.Empty(await CheckAsync(shared.Project, [.. sources, takes with { TriggerRule = TriggerRule.AllDone }]));
        Assert.Contains("cannot be taken as TrainedModel", Assert.Single(await CheckAsync(shared.Project, [.. sources, needs])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sensors_make_nothing_and_may_leave_upstream_blocks_out()
    {
        var sensor = shared.Block("sensor", "public static class B { [Sensor] public static bool Run() => true; }", "number");
        var wrong = shared.Block("wrong", "public static class B { [Sensor] public static bool Run(Table x) => true; }", "number");

        Assert.Empty(await CheckAsync(shared.Project, [.. Sources(), sensor, shared.Block("after", Custom("int Run() => 1"), "sensor")]));
        Assert.Contains("'x' of 'wrong'", Assert.Single(await CheckAsync(shared.Project, [.. Sources(), wrong])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_that_was_checked_stays_in_memory()
    {
        await CheckManyAsync();

        Assert.Equal(0, LoadContexts.CountAfterCollection("custom/checked_down.cs"));
    }

    private static async Task CheckManyAsync()
    {
        await using var project = new BlockProject();
        project.Write("utils/Types.cs", TypeCases.Shared);
        for (var i = 0; i < 5; i++)
        {
            var (up, down) = (SharedTypes.Block(project, "checked_up", Custom($"(IEnumerable<Timed>, Order) Run() => default; // {i}")),
                SharedTypes.Block(project, "checked_down", Custom($"int Run((IReadOnlyList<Nested>, NeedsCabinOfBuyer) x) => {i}"), "checked_up"));
            Assert.Equal(2, (await CheckAsync(project, up, down)).Count);
        }
    }

    private Block[] Sources() =>
    [
        shared.Block("people", Custom("IEnumerable<Person> Run() => Made.People")),
        shared.Block("number", Custom("int Run() => 1")),
        shared.Block("number2", Custom("int Run() => 1")),
        shared.Block("nothing", Custom("void Run() => Console.WriteLine()")),
        shared.Block("maybe", Custom("string? Run() => null")),
    ];

    private static string Custom(string method) => $$"""
        using System.IO;
        public static class Block
        {
            [Custom] public static {{method}};
        }
        """;

    private static Task<IReadOnlyList<BlockError>> CheckAsync(BlockProject project, params Block[] blocks)
    {
        var pipeline = new Pipeline
        {
            ProjectUuid = "project",
            Uuid = "pipeline",
            Name = "pipeline",
            FilePath = "",
            UpdatedAt = DateTimeOffset.UnixEpoch,
            Blocks = blocks,
            Graph = BlockGraph.Create(blocks, out var problems),
        };
        Assert.Empty(problems);
        return project.Services.GetRequiredService<BlockTypeCheck>().FindProblemsAsync(project.ProjectPath, pipeline, TestContext.Current.CancellationToken);
    }

    /// <summary>One project for all cases, so that its shared types are compiled once.</summary>
    public sealed class SharedTypes : IAsyncDisposable
    {
        public SharedTypes() => Project.Write("utils/Types.cs", TypeCases.Shared);

        internal BlockProject Project { get; } = new();

        public ValueTask DisposeAsync() => Project.DisposeAsync();

        internal Block Block(string uuid, string code, params string[] upstream) => Block(Project, uuid, code, upstream);

        internal static Block Block(BlockProject project, string uuid, string code, params string[] upstream)
        {
            var type = code.Contains("[Sensor]", StringComparison.Ordinal) ? "sensor" : "custom";
            return BlockProject.NewBlock(type, uuid, project.Write(Path.Combine(BlockType.Find(type)!.Folder, $"{uuid}.cs"), code), upstream);
        }
    }
}
