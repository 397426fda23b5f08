/// <summary>Reads the people aboard the Titanic from a CSV file of this project or from the web.</summary>
public static class LoadTitanic
{
    [DataLoader]
    public static async Task<Table> RunAsync(BlockContext context, ILogger logger, CancellationToken cancellationToken, string source = "data/titanic.csv")
    {
        var isAddress = source.StartsWith("http://", StringComparison.Ordinal) || source.StartsWith("https://", StringComparison.Ordinal);
        var people = await Table.ReadCsvAsync(isAddress ? source : context.ResolvePath(source), cancellationToken: cancellationToken);
        logger.LogInformation("Read {RowCount} rows from {Source}", people.RowCount, source);
        return people;
    }

    [Test]
    public static void Somebody_was_aboard(Table output) => Check.That(output.RowCount > 0, "The source has no rows");
}
