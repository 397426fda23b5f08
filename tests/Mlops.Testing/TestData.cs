using System.Globalization;
using System.Text;

namespace Mlops.Testing;

/// <summary>
/// Files to test with: those of the folder <c>../shared/data</c> beside the repository, or of MLOPS_TEST_DATA; where they are not there,
/// small ones of the same schema, so that no test is skipped.
/// </summary>
public static class TestData
{
    /// <summary>Whether the files are the real ones, so that figures known of them hold.</summary>
    public static bool IsReal => Folder is not null;

    private static string? Folder { get; } = Candidates().FirstOrDefault(f => File.Exists(Path.Combine(f, "titanic.csv")));

    /// <summary>891 passengers of the Titanic in 12 columns, or 200 made-up ones.</summary>
    public static string TitanicCsv() => Folder is null ? MadeUpTitanic.Value : Path.Combine(Folder, "titanic.csv");

    /// <summary>Trips of green taxis in 2024-01; null where the real files are not there.</summary>
    public static string? GreenTaxiParquet() => Folder is null ? null : Path.Combine(Folder, "green_2024-01.parquet");

    private static readonly Lazy<string> MadeUpTitanic = new(WriteTitanic);

    private static IEnumerable<string> Candidates()
    {
        if (Environment.GetEnvironmentVariable("MLOPS_TEST_DATA") is { Length: > 0 } told)
        {
            yield return told;
        }

        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Mlops.sln")))
            {
                yield return Path.Combine(folder.FullName, "..", "shared", "data");

                // A worktree lies one level deeper than the repository it belongs to.
                yield return Path.Combine(folder.FullName, "..", "..", "shared", "data");
            }
        }
    }

    private static string WriteTitanic()
    {
        var text = new StringBuilder("PassengerId,Survived,Pclass,Name,Sex,Age,SibSp,Parch,Ticket,Fare,Cabin,Embarked\n");
        for (var i = 1; i <= 200; i++)
        {
            var age = i % 5 == 0 ? "" : (1 + (i * 7 % 70)).ToString(CultureInfo.InvariantCulture) + (i % 11 == 0 ? ".5" : "");
            text.Append(
                CultureInfo.InvariantCulture,
                $"{i},{(i * 3) % 2},{1 + (i % 3)},\"Passenger, Mr. No {i}\",{(i % 3 == 0 ? "female" : "male")},{age},{i % 3},{i % 2},A/{i},{7.25 + i},{(i % 4 == 0 ? "C" + i : "")},{"SCQ"[i % 3]}\n");
        }

        var path = Path.Combine(Directory.CreateTempSubdirectory("mlops-test-data-").FullName, "titanic.csv");
        File.WriteAllText(path, text.ToString());
        return path;
    }
}
