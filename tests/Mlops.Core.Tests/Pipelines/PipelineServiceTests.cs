using System.Text.Json;
using Mlops.Core.Pipelines;
using Mlops.Core.Projects;
using Mlops.Core.Tests.Projects;

namespace Mlops.Core.Tests.Pipelines;

public sealed class PipelineServiceTests : IDisposable
{
    private readonly TestPlatform _platform = new();
    private readonly ProjectCatalog _catalog;
    private readonly ProjectFileEditor _editor;
    private readonly PipelineService _service;

    public PipelineServiceTests()
    {
        _platform.WithPipeline("sklearn_training", MagePipeline.Text, "custom/load_models.py", "transformers/hyperparameter_tuning/sklearn.py");
        _catalog = _platform.Open();
        _editor = new ProjectFileEditor(_catalog);
        _service = new PipelineService(_catalog, _editor);
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
    public async Task Changed_values_are_written_and_comments_order_and_unknown_keys_stay()
    {
        var pipeline = await UpdateAsync(new PipelineChange
        {
            Name = "Train: all",
            Description = "Trains the models.",
            Tags = ["nightly", "business critical"],
            Variables = new Dictionary<string, JsonElement> { ["random_state"] = JsonElement.Parse("42"), ["sizes"] = JsonElement.Parse("[1,2.50]") },
        });

        var expected = MagePipeline.Text
            .Replace("name: sklearn training", "name: \"Train: all\"", StringComparison.Ordinal)
            .Replace("description: Trains models.   #", "description: Trains the models.   #", StringComparison.Ordinal)
            .Replace("tags:\n- business critical", "tags:\n- nightly\n- business critical", StringComparison.Ordinal)
            .Replace("random_state: 7", "random_state: 42\n  sizes: [1, 2.50]", StringComparison.Ordinal);
        Assert.Equal(expected, await File.ReadAllTextAsync(FilePath, Cancellation));
        Assert.Equal(("Train: all", "Trains the models."), (pipeline.Name, pipeline.Description));
        Assert.Equal(["nightly", "business critical"], pipeline.Tags);
        Assert.Equal("""{"max_evaluations":1,"random_state":42,"sizes":[1,2.50]}""", JsonSerializer.Serialize(pipeline.Variables));
        Assert.Equal(["metadata.yaml"], Directory.EnumerateFiles(Path.GetDirectoryName(FilePath)!).Select(file => Path.GetFileName(file)));
    }

    [Fact]
    public async Task Changes_at_once_are_all_kept()
    {
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => UpdateAsync(new PipelineChange
        {
            Variables = new Dictionary<string, JsonElement> { [$"v{i}"] = JsonSerializer.SerializeToElement(i) },
        })));

        Assert.Equal(
            Enumerable.Range(0, 20).Select(i => $"v{i}").Order(),
            _catalog.GetPipeline("p", "sklearn_training").Variables.Keys.Where(name => name.StartsWith('v')).Order());
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_is_left_as_it_is()
    {
        _platform.Write("p/pipelines/sklearn_training/metadata.yaml", "name: [\n");

        var exception = await Assert.ThrowsAsync<InvalidRequestException>(() => UpdateAsync(new PipelineChange { Name = "x" }));

        Assert.Equal("invalid_pipeline", exception.Type);
        Assert.StartsWith("metadata.yaml of 'sklearn_training' is left as it is. Line", Assert.Single(exception.Errors), StringComparison.Ordinal);
        Assert.Equal("name: [\n", await File.ReadAllTextAsync(FilePath, Cancellation));
    }

    [Fact]
    public async Task All_values_are_written_or_none()
    {
        _platform.Write("p/pipelines/sklearn_training/metadata.yaml", "name: x\ndescription: &d text\nother: *d\n");

        await Assert.ThrowsAsync<InvalidRequestException>(() => UpdateAsync(new PipelineChange { Name = "y", Description = "z" }));

        Assert.Equal("name: x\ndescription: &d text\nother: *d\n", await File.ReadAllTextAsync(FilePath, Cancellation));
    }

    [Fact]
    public async Task A_pipeline_that_does_not_exist_is_not_found() =>
        await Assert.ThrowsAsync<NotFoundException>(() => _service.UpdateAsync("p", "../x", new PipelineChange { Name = "x" }, Cancellation));

    private Task<Pipeline> UpdateAsync(PipelineChange change) => _service.UpdateAsync("p", "sklearn_training", change, Cancellation);
}
