using Microsoft.ML;
using Microsoft.ML.Data;

/// <summary>Writes to the warehouse how likely each person aboard was to survive, by the model.</summary>
public static class ExportPredictions
{
    private const string TableName = "titanic_predictions";

    [DataExporter]
    public static async Task<Table> RunAsync(
        TrainedModel model,
        IDataView people,
        IReadOnlyList<PersonAboard> names,
        BlockContext context,
        CancellationToken cancellationToken,
        double threshold = 0.5)
    {
        // The clean table has no names; its rows are in the order of the loaded one.
        var probabilities = model.Model.Transform(people).GetColumn<float>("Probability");
        var predictions = Table.FromRows(names.Zip(probabilities, (person, probability) =>
            new Prediction(person.PassengerId, person.Name, probability, probability >= threshold)));

        var rowCount = await context.Connection("warehouse").ReplaceTableAsync(TableName, predictions, cancellationToken);
        context.Logger.LogInformation("Wrote {RowCount} rows to {TableName}", rowCount, TableName);
        return predictions;
    }

    [Test]
    public static async Task The_warehouse_holds_every_prediction(Table output, BlockContext context, CancellationToken cancellationToken)
    {
        using var stored = await context.Connection("warehouse").QueryAsync($"select passenger_id from {TableName}", cancellationToken);
        Check.Equal(output.RowCount, stored.RowCount, $"The number of rows in {TableName}");
    }
}

public sealed record PersonAboard(long PassengerId, string Name);

/// <summary>Its members are named as the columns of the table, in the way of SQL.</summary>
public sealed record Prediction(long passenger_id, string passenger, float probability, bool decision);
