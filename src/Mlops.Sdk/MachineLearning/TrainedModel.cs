using Microsoft.ML;

namespace Mlops.Sdk;

/// <summary>
/// What a <see cref="TrainerAttribute"/> block returns: a fitted ML.NET model with its measured quality. Stored as ML.NET's zip with the
/// schema and the metrics as JSON beside it.
/// </summary>
/// <param name="Model">The fitted transformer chain.</param>
/// <param name="InputSchema">Schema of the data that the model takes.</param>
public sealed record TrainedModel(ITransformer Model, DataViewSchema InputSchema)
{
    /// <summary>Figures of quality by name, such as <c>AUC</c>; shown in this order on the run's page.</summary>
    public IReadOnlyList<Metric> Metrics { get; init; } = [];

    /// <summary>Curves of quality, such as <c>ROC</c>.</summary>
    public IReadOnlyList<Curve> Curves { get; init; } = [];
}

/// <summary>One figure of quality.</summary>
/// <param name="Name">Name, such as <c>AUC</c>.</param>
/// <param name="Value">The value; over folds, their mean. NaN where it is not defined.</param>
/// <param name="StandardDeviation">Over folds, the standard deviation (n-1); null for a single measurement.</param>
public sealed record Metric(string Name, double Value, double? StandardDeviation = null);

/// <summary>A curve of quality.</summary>
/// <param name="Name">Name, such as <c>ROC</c>.</param>
/// <param name="XLabel">What the horizontal axis is, such as <c>False positive rate</c>.</param>
/// <param name="YLabel">What the vertical axis is, such as <c>True positive rate</c>.</param>
/// <param name="Points">Points in the order of drawing; at most 1,000.</param>
public sealed record Curve(string Name, string XLabel, string YLabel, IReadOnlyList<CurvePoint> Points);

/// <summary>A point of a <see cref="Curve"/>.</summary>
/// <param name="X">Along the horizontal axis.</param>
/// <param name="Y">Along the vertical axis.</param>
public readonly record struct CurvePoint(double X, double Y);
