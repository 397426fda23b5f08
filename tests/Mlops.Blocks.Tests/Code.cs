namespace Mlops.Blocks.Tests;

/// <summary>Blocks that several tests use.</summary>
internal static class Code
{
    public const string LoadPeople = """
        public static class LoadPeople
        {
            [DataLoader]
            public static IEnumerable<Person> Run() => [new("Ann", 22), new("Bob", null), new("Cy", 71)];
        }

        public sealed record Person(string Name, double? Age);
        """;

    /// <summary>A transformer whose only method is <paramref name="method"/>; it knows the record Person(Name, Age).</summary>
    public static string Transformer(string method) => $$"""
        public static class Block
        {
            [Transformer]
            {{method}}
        }

        public sealed record Person(string Name, double? Age);
        public enum Strategy { Mean, Median }
        """;
}
