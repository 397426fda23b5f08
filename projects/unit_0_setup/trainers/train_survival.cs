using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers.FastTree;

/// <summary>Learns who survived with boosted trees, and measures them by cross-validation: on people that the measured trees did not see.</summary>
public static class TrainSurvival
{
    private const string Label = "Survived";
    private static readonly string[] Features = ["Age", "Fare", "Parch", "Pclass", "SibSp"];

    [Trainer]
    public static TrainedModel Run(IDataView people, ILogger logger, int seed = 42, int folds = 5, int trees = 40)
    {
        var ml = new MLContext(seed);
        var estimator = ml.Transforms.Conversion.ConvertType(Label, outputKind: DataKind.Boolean)
            .Append(ml.Transforms.Conversion.ConvertType([.. Features.Select(name => new InputOutputColumnPair(name))], DataKind.Single))
            .Append(ml.Transforms.Concatenate("Features", Features))
            .Append(ml.BinaryClassification.Trainers.FastTree(new FastTreeBinaryTrainer.Options
            {
                LabelColumnName = Label,
                NumberOfTrees = trees,
                NumberOfLeaves = 12,
                MinimumExampleCountPerLeaf = 20,
                LearningRate = 0.1,
                Seed = seed,
            }));

        var measured = ml.BinaryClassification.CrossValidate(people, estimator, folds, Label, seed: seed);
        var metrics = measured.Select(fold => fold.Metrics).ToList();
        logger.LogInformation("Measured {Folds} folds: AUC {Auc:0.000}", folds, metrics.Average(fold => fold.AreaUnderRocCurve));

        return new TrainedModel(estimator.Fit(people), people.Schema)
        {
            Metrics =
            [
                Metric("AUC", metrics.Select(fold => fold.AreaUnderRocCurve)),
                Metric("Accuracy", metrics.Select(fold => fold.Accuracy)),
                Metric("F1", metrics.Select(fold => fold.F1Score)),
                // ML.NET gives bits; others give nats.
                Metric("Log-loss", metrics.Select(fold => fold.LogLoss * Math.Log(2))),
            ],
            Curves = [RocCurve([.. measured.SelectMany(fold => Scores(fold.ScoredHoldOutSet))])],
        };
    }

    private static Metric Metric(string name, IEnumerable<double> values)
    {
        var folds = values.ToList();
        var mean = folds.Average();
        return new Metric(name, mean, Math.Sqrt(folds.Sum(value => Math.Pow(value - mean, 2)) / (folds.Count - 1)));
    }

    private static IEnumerable<(float Score, bool Survived)> Scores(IDataView scored) =>
        scored.GetColumn<float>("Probability").Zip(scored.GetColumn<bool>(Label));

    /// <summary>One point per different score, from the highest down; thinned out to 200.</summary>
    private static Curve RocCurve(IReadOnlyList<(float Score, bool Survived)> scores)
    {
        double positives = scores.Count(person => person.Survived), negatives = scores.Count - positives;
        var points = new List<CurvePoint> { new(0, 0) };
        int truePositives = 0, falsePositives = 0;
        foreach (var sameScore in scores.GroupBy(person => person.Score).OrderByDescending(group => group.Key))
        {
            truePositives += sameScore.Count(person => person.Survived);
            falsePositives += sameScore.Count(person => !person.Survived);
            points.Add(new(falsePositives / negatives, truePositives / positives));
        }

        var step = Math.Max(1, (points.Count - 1) / 198.0);
        var thinned = Enumerable.Range(0, (int)((points.Count - 1) / step)).Select(i => points[(int)(i * step)]).Append(points[^1]);
        return new Curve("ROC", "False positive rate", "True positive rate", [.. thinned]);
    }

    [Test]
    public static void It_ranks_better_than_chance(TrainedModel output) =>
        Check.That(output.Metrics.Single(metric => metric.Name == "AUC").Value > 0.6, "The area under the ROC curve is not above 0.6");
}
