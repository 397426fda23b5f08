using System.Globalization;
using Microsoft.CodeAnalysis.CSharp;
using Mlops.Core.Pipelines;
using Mlops.Sdk;

namespace Mlops.Blocks.CSharp;

/// <summary>What the file of a new C# block begins with, by its type: code that compiles, and runs where its upstream blocks make tables.</summary>
internal static class CSharpNewBlocks
{
    private static readonly Dictionary<string, Func<Words, string>> ByType = new(StringComparer.Ordinal)
    {
        ["data_loader"] = words => $$"""
            public static class {{words.Class}}
            {
                /// <summary>Makes rows. Parameters with a value of their own are variables of the run, and have fields in its form.</summary>
                [DataLoader]
                public static IEnumerable<Row> Run({{words.Tables}}int count = 3)
                {
                    for (var id = 1; id <= count; id++)
                    {
                        yield return new Row(id, $"row {id}");
                    }
                }

                [Test]
                public static void There_are_rows(IReadOnlyList<Row> output) => Check.That(output.Count > 0, "There are no rows");
            }

            public sealed record Row(int Id, string Name);

            """,
        ["transformer"] = words => $$"""
            public static class {{words.Class}}
            {
                /// <summary>Makes a table of another one. A record in place of Table reads typed rows: IReadOnlyList&lt;Row&gt;.</summary>
                [Transformer]
                public static Table Run({{words.OneTable}}ILogger logger)
                {
                    logger.LogInformation("Took {RowCount} rows", {{words.First}}.RowCount);
                    return {{words.First}};
                }

                [Test]
                public static void There_are_rows(Table output) => Check.That(output.RowCount > 0, "There are no rows");
            }

            """,
        ["data_exporter"] = words => $$"""
            public static class {{words.Class}}
            {
                /// <summary>Writes a table to a file of the project; context.Connection("name") writes to a database.</summary>
                [DataExporter]
                public static Table Run({{words.OneTable}}BlockContext context, ILogger logger, string path = "data/{{words.Uuid}}.csv")
                {
                    System.IO.Directory.CreateDirectory(context.ResolvePath("data"));
                    {{words.First}}.WriteCsv(context.ResolvePath(path));
                    logger.LogInformation("Wrote {RowCount} rows to {Path}", {{words.First}}.RowCount, path);
                    return {{words.First}};
                }
            }

            """,
        ["trainer"] = words => $$"""
            using Microsoft.ML;
            using Microsoft.ML.Data;

            public static class {{words.Class}}
            {
                /// <summary>Learns to tell a number from the other columns that are numbers.</summary>
                [Trainer]
                public static TrainedModel Run({{words.Views}}string label = "label", int seed = 42)
                {
                    var ml = new MLContext(seed);
                    var features = {{words.First}}.Schema.Where(column => column.Name != label && column.Type is NumberDataViewType).Select(column => column.Name).ToArray();
                    Check.That(features.Length > 0, $"There is no number to tell {label} by");
                    var estimator = ml.Transforms.Conversion.ConvertType([.. features.Append(label).Select(name => new InputOutputColumnPair(name))], DataKind.Single)
                        .Append(ml.Transforms.Concatenate("Features", features))
                        .Append(ml.Regression.Trainers.Sdca(labelColumnName: label));
                    return new TrainedModel(estimator.Fit({{words.First}}), {{words.First}}.Schema);
                }
            }

            """,
        ["custom"] = words => $$"""
            public static class {{words.Class}}
            {
                /// <summary>Does anything, and gives what the blocks after it take: rows, a Table, or what JSON can hold.</summary>
                [Custom]
                public static string Run({{words.Tables}}BlockContext context) => $"{context.BlockUuid} ran for {context.Ds}";
            }

            """,
        ["sensor"] = words => $$"""
            using System.IO;

            public static class {{words.Class}}
            {
                /// <summary>Whether what is waited for is there. While it says false it is asked again, every 10 s unless configuration.interval says otherwise.</summary>
                [Sensor]
                public static bool Run(BlockContext context, string path = "data/ready") => File.Exists(context.ResolvePath(path));
            }

            """,
        ["conditional"] = words => $$"""
            public static class {{words.Class}}
            {
                /// <summary>Whether the blocks that it is attached to are run. Where it says false they and all after them are left out.</summary>
                [Condition]
                public static bool Run(BlockContext context) => context.ExecutionDate.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday);
            }

            """,
        ["callback"] = words => $$"""
            public static class {{words.Class}}
            {
                [Callback]
                public static void Completed(BlockContext context, ILogger logger) => logger.LogInformation("{Block} is done", context.BlockUuid);

                [Callback("failure")]
                [Callback("cancelled")]
                public static void Ended(BlockContext context, BlockFailure? failure, ILogger logger) =>
                    logger.LogWarning("{Block} ended: {Reason}", context.BlockUuid, failure?.Message ?? "it was cancelled");
            }

            """,
        ["scratchpad"] = _ => "// Notes and trials; part of no run.\n",
    };

    /// <summary>Names of types that code of blocks uses.</summary>
    private static readonly HashSet<string> Used =
    [
        .. typeof(Table).Assembly.GetExportedTypes().Select(type => type.Name.Split('`')[0]),
        "Row", "System", "Microsoft", "Mlops", "File", "DayOfWeek", "ILogger", "IEnumerable", "IReadOnlyList", "IDataView", "MLContext", "NumberDataViewType", "InputOutputColumnPair", "DataKind",
    ];

    /// <summary>The code; null for a type that C# has nothing for.</summary>
    /// <param name="type">The block's type.</param>
    /// <param name="uuid">The block's uuid.</param>
    /// <param name="upstream">Uuids of its upstream blocks, in order.</param>
    public static string? Write(BlockType type, string uuid, IReadOnlyList<string> upstream) =>
        ByType.TryGetValue(type.Word, out var write) ? write(new Words(uuid, Parameters(upstream))) : null;

    /// <summary>A parameter for each upstream block, named after it, beside those that the code has itself.</summary>
    private static List<string> Parameters(IReadOnlyList<string> upstream)
    {
        var taken = new HashSet<string>(["context", "logger", "count", "path", "label", "seed", "failure", "id", "ml", "features", "estimator", "column", "name"], StringComparer.Ordinal);
        var names = new List<string>();
        foreach (var uuid in upstream)
        {
            var plain = NameOf(uuid);
            plain = char.ToLowerInvariant(plain[0]) + plain[1..];
            var name = plain;
            for (var number = 2; !taken.Add(name); number++)
            {
                name = string.Create(CultureInfo.InvariantCulture, $"{plain}{number}");
            }

            names.Add(SyntaxFacts.GetKeywordKind(name) == SyntaxKind.None ? name : "@" + name);
        }

        return names;
    }

    /// <summary>The block's class; none of a type that the code uses.</summary>
    private static string ClassOf(string uuid) => NameOf(uuid) is var name && Used.Contains(name) ? name + "Block" : name;

    /// <summary><c>load_titanic</c> is <c>LoadTitanic</c>, <c>2_days</c> is <c>_2Days</c>.</summary>
    private static string NameOf(string uuid)
    {
        var name = string.Concat(NewBlock.Words(uuid).Select(word => char.ToUpper(word[0], CultureInfo.InvariantCulture) + word[1..]));
        return char.IsLetter(name[0]) ? name : "_" + name;
    }

    /// <param name="Uuid">The block.</param>
    /// <param name="Parameters">Parameters named after its upstream blocks.</param>
    private sealed record Words(string Uuid, IReadOnlyList<string> Parameters)
    {
        public string Class => ClassOf(Uuid);

        /// <summary>Its upstream blocks as parameters, each with a comma behind it.</summary>
        public string Tables => string.Concat(Parameters.Select(name => $"Table {name}, "));

        /// <summary>At least one parameter for ML.NET.</summary>
        public string Views => OneTable.Replace("Table ", "IDataView ", StringComparison.Ordinal);

        /// <summary>The first of them, or what a block without one would call it.</summary>
        public string First => Parameters.Count > 0 ? Parameters[0] : "rows";

        /// <summary>At least one parameter.</summary>
        public string OneTable => Parameters.Count > 0 ? Tables : "Table rows, ";
    }
}
