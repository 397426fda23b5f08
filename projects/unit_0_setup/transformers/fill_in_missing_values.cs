/// <summary>Keeps the numeric columns and fills in what is missing with the column's upper median.</summary>
public static class FillInMissingValues
{
    [Transformer]
    public static IEnumerable<CompletePassenger> Run(IReadOnlyList<Passenger> people, ILogger logger)
    {
        var age = Median("Age", people.Select(person => person.Age));
        var fare = Median("Fare", people.Select(person => person.Fare));
        var parch = Median("Parch", people.Select(person => person.Parch));
        var pclass = Median("Pclass", people.Select(person => person.Pclass));
        var sibSp = Median("SibSp", people.Select(person => person.SibSp));
        var survived = Median("Survived", people.Select(person => person.Survived));

        return people.Select(person => new CompletePassenger(
            person.Age ?? age,
            person.Fare ?? fare,
            person.Parch ?? parch,
            person.Pclass ?? pclass,
            person.SibSp ?? sibSp,
            person.Survived ?? survived));

        // Of an even number of values the upper one in the middle, so that it is always a value that occurs.
        T Median<T>(string column, IEnumerable<T?> values)
            where T : struct
        {
            var known = values.OfType<T>().Order().ToList();
            var median = known.Count > 0 ? known[known.Count / 2] : throw new InvalidOperationException($"{column} has no value, so it has no median");
            logger.LogInformation("{Column}: {Missing} missing, filled in with {Median}", column, people.Count - known.Count, median);
            return median;
        }
    }

    [Test]
    public static void Nothing_is_missing(IReadOnlyList<Passenger> output) =>
        Check.That(
            output.All(person => person is { Age: not null, Fare: not null, Parch: not null, Pclass: not null, SibSp: not null, Survived: not null }),
            "A value is still missing");
}

public sealed record Passenger(double? Age, double? Fare, long? Parch, long? Pclass, long? SibSp, long? Survived);

public sealed record CompletePassenger(double Age, double Fare, long Parch, long Pclass, long SibSp, long Survived);
