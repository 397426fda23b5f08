using System.IO;

/// <summary>Writes the clean table to <c>titanic_clean.csv</c> in the project's folder, as pandas would: with a first column that counts the rows.</summary>
public static class ExportTitanicClean
{
    private const string FileName = "titanic_clean.csv";

    [DataExporter]
    public static Table Run(Table people, BlockContext context, ILogger logger)
    {
        people.WriteCsv(context.ResolvePath(FileName), new CsvWriteOptions { IndexColumn = true });
        logger.LogInformation("Wrote {RowCount} rows to {FileName}", people.RowCount, FileName);
        return people;
    }

    [Test]
    public static void The_file_holds_every_row(Table output, BlockContext context)
    {
        var lines = File.ReadAllLines(context.ResolvePath(FileName));
        Check.Equal(",Age,Fare,Parch,Pclass,SibSp,Survived", lines[0], "The header");
        Check.Equal(output.RowCount, lines.Length - 1, "The number of rows in the file");
    }
}
