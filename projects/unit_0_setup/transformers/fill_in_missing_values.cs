/// <summary>Keeps the numeric columns and fills in what is missing with the column's upper median.</summary>
public static class FillInMissingValues
{
    [Transformer]
    public static IEnumerable<CompletePassenger> Run(IReadOnlyList<Passenger> people)
    {
        var age = Median(people.Select(person => person.Age));
        var fare = Median(people.Select(person => person.Fare));
        var parch = Median(people.Select(person => person.Parch));
        var pclass = Median(people.Select(person => person.Pclass));
        var sibSp = Median(people.Select(person => person.SibSp));
        var survived = Median(people.Select(person => person.Survived));

        return people.Select(person => new CompletePassenger(
            person.Age ?? age,
            person.Fare ?? fare,
            person.Parch ?? parch,
            person.Pclass ?? pclass,
            person.SibSp ?? sibSp,
            person.Survived ?? survived));
    }

    /// <summary>Of an even number of values the upper one in the middle, so that it is always a value that occurs.</summary>
    private static T Median<T>(IEnumerable<T?> values)
        where T : struct
    {
        var sorted = values.OfType<T>().Order().ToList();
        return sorted.Count > 0 ? sorted[sorted.Count / 2] : throw new InvalidOperationException("A column without any value has no median");
    }

    [Test]
    public static void Nothing_is_missing(IReadOnlyList<Passenger> output) =>
        Check.That(
            output.All(person => person is { Age: not null, Fare: not null, Parch: not null, Pclass: not null, SibSp: not null, Survived: not null }),
            "A value is still missing");
}

public sealed record Passenger(double? Age, double? Fare, long? Parch, long? Pclass, long? SibSp, long? Survived);

public sealed record CompletePassenger(double Age, double Fare, long Parch, long Pclass, long SibSp, long Survived);
