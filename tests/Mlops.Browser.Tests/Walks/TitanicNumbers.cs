using System.Globalization;
using Mlops.Testing;

namespace Mlops.Browser.Tests.Walks;

/// <summary>What is known of a file of people aboard the Titanic, worked out without Mlops.</summary>
/// <param name="Rows">Rows, as pages write them.</param>
/// <param name="Columns">Columns of the file.</param>
/// <param name="MissingAges">Ages that are missing.</param>
/// <param name="FirstRow">The first row of the clean table.</param>
/// <param name="Sums">Sums of the columns of the clean table.</param>
public sealed record TitanicNumbers(string Rows, int Columns, int MissingAges, string[] FirstRow, decimal[] Sums)
{
    public const string CleanHeader = "Age,Fare,Parch,Pclass,SibSp,Survived";

    /// <summary>Of the file in the project.</summary>
    public static TitanicNumbers People { get; } =
        new("2,207", 11, 2, ["42", "7.11", "0", "3", "0", "0"], [67170.9999m, 56032.169m, 504, 5689, 653, 711]);

    /// <summary>Of the file that every course has; where that is not there, of the made-up one in its place.</summary>
    public static TitanicNumbers Passengers() => TestData.IsReal
        ? new("891", 12, 177, ["22", "7.25", "0", "3", "1", "0"], [26161.17m, 28693.9493m, 340, 2057, 466, 342])
        : MadeUp(File.ReadAllLines(TestData.TitanicCsv())[1..]);

    /// <summary>Sums of the columns of a CSV text whose header ends with <see cref="CleanHeader"/>.</summary>
    public static decimal[] SumColumns(string csv)
    {
        var lines = csv.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.EndsWith(CleanHeader, lines[0], StringComparison.Ordinal);
        return [.. Enumerable.Range(0, 6).Select(column => lines[1..].Sum(line => Number(line.Split(',')[^6..][column])))];
    }

    private static TitanicNumbers MadeUp(string[] lines)
    {
        // 1,1,2,"Passenger, Mr. No 1",male,8,1,1,A/1,8.25,,C
        var cells = lines.Select(line => line.Split(',')).ToList();
        var ages = cells.Where(cell => cell[6].Length > 0).Select(cell => Number(cell[6])).Order().ToList();
        var clean = cells.Select(cell => new[] { cell[6].Length > 0 ? Number(cell[6]) : ages[ages.Count / 2], Number(cell[10]), Number(cell[8]), Number(cell[2]), Number(cell[7]), Number(cell[1]) }).ToList();
        return new(
            cells.Count.ToString("N0", CultureInfo.InvariantCulture), 12, cells.Count - ages.Count,
            [.. clean[0].Select(number => number.ToString(CultureInfo.InvariantCulture))],
            [.. Enumerable.Range(0, 6).Select(column => clean.Sum(row => row[column]))]);
    }

    private static decimal Number(string text) => decimal.Parse(text, CultureInfo.InvariantCulture);
}
