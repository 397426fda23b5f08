/// <summary>Reads the people aboard the Titanic from a CSV file of this project or from the web.</summary>
public static class LoadTitanic
{
    [DataLoader]
    public static Task<Table> RunAsync(BlockContext context, CancellationToken cancellationToken, string source = "data/titanic.csv")
    {
        var isAddress = source.StartsWith("http://", StringComparison.Ordinal) || source.StartsWith("https://", StringComparison.Ordinal);
        return Table.ReadCsvAsync(isAddress ? source : context.ResolvePath(source), cancellationToken: cancellationToken);
    }

    [Test]
    public static void Somebody_was_aboard(Table output) => Check.That(output.RowCount > 0, "The source has no rows");
}
