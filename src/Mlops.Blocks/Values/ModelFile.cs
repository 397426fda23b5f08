using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.ML;
using Mlops.Core.Runs;
using Mlops.Sdk;

namespace Mlops.Blocks.Values;

/// <summary>A trained model on disk: ML.NET's zip, and beside it what a reader without ML.NET wants to know.</summary>
internal static class ModelFile
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    public static async Task WriteAsync(string path, TrainedModel model, CancellationToken cancellationToken)
    {
        await StoredFile.WriteAsync(path, stream =>
        {
            new MLContext().Model.Save(model.Model, model.InputSchema, stream);
            return Task.CompletedTask;
        });
        var about = new AboutModel(
            typeof(MLContext).Assembly.GetName().Version?.ToString(3) ?? "",
            [.. model.InputSchema.Select(column => new ModelColumn(column.Name, column.Type.ToString() ?? ""))],
            model.Metrics);
        await StoredFile.WriteAsync(Path.ChangeExtension(path, ".schema.json"), stream => JsonSerializer.SerializeAsync(stream, about, Json, cancellationToken));
    }

    public static TrainedModel Read(string path, BlockOutput output)
    {
        var model = new MLContext().Model.Load(path, out var schema);
        return new TrainedModel(model, schema) { Metrics = output.Metrics, Curves = output.Curves };
    }

    /// <param name="MlNet">Version of ML.NET that wrote the zip; an older one may not read it.</param>
    /// <param name="Columns">What the model was trained on, the label among them.</param>
    /// <param name="Metrics">Figures of quality.</param>
    private sealed record AboutModel(string MlNet, IReadOnlyList<ModelColumn> Columns, IReadOnlyList<Metric> Metrics);

    private sealed record ModelColumn(string Name, string Type);
}
