/// <summary>Writes the clean table to <c>titanic_clean.csv</c> in the project's folder, as pandas would: with a first column that counts the rows.</summary>
public static class ExportTitanicClean
{
    private const string FileName = "titanic_clean.csv";

    [DataExporter]
    public static Table Run(Table people, BlockContext context)
    {
        people.WriteCsv(context.ResolvePath(FileName), new CsvWriteOptions { IndexColumn = true });
        context.Logger.LogInformation("Wrote {RowCount} rows to {FileName}", people.RowCount, FileName);
        return people;
    }

    [Test]
    public static async Task The_file_holds_every_row_in_order(Table output, BlockContext context, CancellationToken cancellationToken)
    {
        using var file = await Table.ReadCsvAsync(context.ResolvePath(FileName), cancellationToken: cancellationToken);
        Check.Equal(output.RowCount, file.RowCount, "The number of rows in the file");
        Check.Equal("Age,Fare,Parch,Pclass,SibSp,Survived", string.Join(',', file.Schema.FieldsList.Skip(1).Select(field => field.Name)), "The header");
    }
}
