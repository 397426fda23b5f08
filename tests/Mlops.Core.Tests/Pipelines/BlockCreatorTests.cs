using System.Text.Json;
using Mlops.Core.Pipelines;
using Mlops.Core.Projects;
using Mlops.Core.Tests.Projects;

namespace Mlops.Core.Tests.Pipelines;

public sealed class BlockCreatorTests : IDisposable
{
    private readonly TestPlatform _platform = new();
    private readonly ProjectCatalog _catalog;
    private readonly ProjectFileEditor _editor;
    private readonly BlockCreator _creator;

    public BlockCreatorTests()
    {
        _platform.WithPipeline("sklearn_training", MagePipeline.Text, "custom/load_models.py", "transformers/hyperparameter_tuning/sklearn.py");
        _catalog = _platform.Open();
        _editor = new ProjectFileEditor(_catalog);
        _creator = new BlockCreator(_catalog, _editor, _platform.Options);
    }

    private string FilePath => _platform.Path("p/pipelines/sklearn_training/metadata.yaml");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _editor.Dispose();
        _catalog.Dispose();
        _platform.Dispose();
    }

    [Fact]
    public async Task A_block_comes_behind_the_others_with_its_file_and_all_else_stays()
    {
        var added = await AddAsync(New("Check the Fares!", "transformer") with
        {
            UpstreamBlocks = ["load_models", "training_set"],
            Configuration = new Dictionary<string, JsonElement> { ["dynamic"] = JsonElement.Parse("true") },
        });

        var block = MagePipeline.Text.IndexOf("cache_block_output_in_memory", StringComparison.Ordinal);
        Assert.Equal(
            MagePipeline.Text.Insert(block, "- uuid: check_the_fares\n  name: \"Check the Fares!\"\n  type: transformer\n  language: csharp\n  upstream_blocks: [load_models, training_set]\n  configuration: {dynamic: true}\n"),
            await File.ReadAllTextAsync(FilePath, Cancellation));
        Assert.Equal("// new", await File.ReadAllTextAsync(_platform.Path("p/transformers/check_the_fares.cs"), Cancellation));
        Assert.Equal((true, "check_the_fares", true), (added.IsFileNew, added.Block.Uuid, added.Block.IsDynamic));
        Assert.Equal(4, added.Pipeline.Blocks.Count);
    }

    [Fact]
    public async Task Conditions_and_callbacks_come_to_those_and_a_file_that_is_there_is_taken_as_it_is()
    {
        var shared = _platform.Write("p/callbacks/tell.cs", "// shared");
        var condition = await AddAsync(New("Is weekday", "conditional") with { UpstreamBlocks = ["load_models"] });
        var callback = await AddAsync(New("tell", "callback") with { UpstreamBlocks = ["load_models"] });

        Assert.Equal((true, false), (condition.IsFileNew, callback.IsFileNew));
        Assert.Equal("// shared", await File.ReadAllTextAsync(shared, Cancellation));
        Assert.Equal("is_weekday", Assert.Single(callback.Pipeline.Conditionals).Uuid);
        Assert.Equal("tell", Assert.Single(callback.Pipeline.Callbacks).Uuid);
    }

    [Theory]
    [InlineData("Load models", "custom", "load_models", "conflict", "The pipeline 'sklearn_training' has a block 'load_models' already. Choose another name.")]
    [InlineData("New", "custom", "nobody", "invalid_block", "nobody")]
    [InlineData("New", "pipeline", "load_models", "invalid_block", "Block 'new' is a run of a pipeline and is run for each item")]
    [InlineData("!!!", "custom", "load_models", "invalid_block", "'!!!' cannot be the name of a block")]
    [InlineData("New", "callback", "nobody", "invalid_block", "nobody")]
    public async Task What_the_pipeline_could_not_run_with_is_refused_and_leaves_nothing_behind(string name, string type, string upstream, string code, string words)
    {
        var files = Directory.GetFiles(_platform.Path("p"), "*", SearchOption.AllDirectories).Order().ToList();

        var error = await Assert.ThrowsAsync<InvalidRequestException>(() => AddAsync(New(name, type) with { UpstreamBlocks = [upstream] }));

        Assert.Equal(code, error.Type);
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
        Assert.Equal(MagePipeline.Text, await File.ReadAllTextAsync(FilePath, Cancellation));
        Assert.Equal(files, Directory.GetFiles(_platform.Path("p"), "*", SearchOption.AllDirectories).Order());
    }

    private Task<AddedBlock> AddAsync(NewBlock wish) => _creator.AddAsync("p", "sklearn_training", wish, Cancellation);

    private static NewBlock New(string name, string type) => new(name, BlockType.Find(type)!, BlockLanguage.Find("csharp")!) { Code = type == "pipeline" ? null : "// new" };
}
