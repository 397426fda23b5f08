namespace Mlops.Server.Tests.Fixtures;

/// <summary>A server with the project <c>demo</c>, whose pipeline <c>people</c> makes, filters and counts people.</summary>
public sealed class PeopleServer : IAsyncLifetime
{
    internal const string LoadPeople =
        """
        public sealed record Person(long Id, string Name, double? Age, DateTimeOffset SeenAt);

        public static class LoadPeople
        {
            [DataLoader]
            public static IReadOnlyList<Person> Run(ILogger logger, int count = 3)
            {
                logger.LogWarning("Making {Count} people", count);
                Console.WriteLine("made up");
                return [.. Enumerable.Range(1, count).Select(i => new Person(9007199254740992L + i, $"Name, \"{i}\"", i % 2 == 0 ? null : i + 0.5, new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero)))];
            }
        }
        """;

    internal const string KeepKnownAges =
        """
        public sealed record Person(long Id, string Name, double? Age);

        public static class KeepKnownAges
        {
            [Transformer]
            public static IReadOnlyList<Person> Run(IReadOnlyList<Person> people) => [.. people.Where(p => p.Age is not null)];

            [Test]
            public static void No_age_is_missing(IReadOnlyList<Person> output) => Check.That(output.All(p => p.Age is not null), "Age is missing");
        }
        """;

    internal const string CountPeople =
        """
        using System.Text.Json;

        public sealed record Person(long Id);

        public static class CountPeople
        {
            [Custom]
            public static JsonElement Run(IReadOnlyList<Person> people) => JsonSerializer.SerializeToElement(new { count = people.Count });
        }
        """;

    internal ServerUnderTest Server { get; } = new(Write(new TestProjects("demo", "empty")));

    internal static TestProjects Write(TestProjects projects) => projects
        .File("demo", "data_loaders/load_people.cs", LoadPeople)
        .File("demo", "transformers/sub/keep_known_ages.cs", KeepKnownAges)
        .File("demo", "custom/count_people.cs", CountPeople)
        .Pipeline("demo", "people",
            ("data_loader", "load_people", []),
            ("transformer", "sub/keep_known_ages", ["load_people"]),
            ("custom", "count_people", ["sub/keep_known_ages"]))
        .File("demo", "pipelines/people/triggers.yaml",
            """
            triggers:
            - name: nightly
              schedule_type: time
              schedule_interval: '@daily'
              status: inactive
              variables: {count: 5}
            """);

    public ValueTask InitializeAsync()
    {
        Server.StartServer();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
