namespace Mlops.Core.Projects;

/// <summary>The files of a new project: a pipeline of three C# blocks that runs as it is.</summary>
internal static class ProjectTemplate
{
    /// <summary>Paths relative to the project, with forward slashes, and their contents.</summary>
    /// <param name="uuid">Name of the project.</param>
    /// <param name="assemblies">Absolute path of the folder with the product's assemblies, for the IDE.</param>
    public static IEnumerable<(string Path, string Content)> Files(string uuid, string assemblies) =>
    [
        ("metadata.yaml", $"project_type: sub\nproject_uuid: {uuid}\n"),
        ("io_config.yaml", IoConfig),
        ($"{uuid}.csproj", ProjectFile(assemblies)),
        (".gitignore", "bin/\nobj/\ndata/*.duckdb\ndata/coldest_days.csv\n"),
        ("data/temperatures.csv", Temperatures),
        ("data_loaders/load_temperatures.cs", Loader),
        ("transformers/coldest_days.cs", Transformer),
        ("data_exporters/export_coldest_days.cs", Exporter),
        ("pipelines/example_pipeline/metadata.yaml", Pipeline),
    ];

    private const string IoConfig =
        """
        # Connection profiles: context.Connection("default") in a block opens the one of that name.
        version: 0.1.1

        default:
          DUCKDB_DATABASE: data/default.duckdb

        """;

    private const string Temperatures =
        """
        Day,City,Celsius
        2026-01-01,Oslo,-7.5
        2026-01-02,Oslo,-3.0
        2026-01-03,Oslo,
        2026-01-01,Rome,9.5
        2026-01-02,Rome,11.0
        2026-01-03,Rome,8.5

        """;

    private const string Loader =
        """
        /// <summary>Reads temperatures from a CSV file of this project.</summary>
        public static class LoadTemperatures
        {
            [DataLoader]
            public static Task<Table> RunAsync(BlockContext context, CancellationToken cancellationToken, string source = "data/temperatures.csv") =>
                Table.ReadCsvAsync(context.ResolvePath(source), cancellationToken: cancellationToken);

            [Test]
            public static void There_are_rows(Table output) => Check.That(output.RowCount > 0, "The file has no rows");
        }

        """;

    private const string Transformer =
        """
        /// <summary>The coldest day of each city; days without a measurement do not count.</summary>
        public static class ColdestDays
        {
            [Transformer]
            public static IEnumerable<Measurement> Run(IReadOnlyList<Measurement> measurements) => measurements
                .Where(measurement => measurement.Celsius is not null)
                .GroupBy(measurement => measurement.City)
                .Select(city => city.MinBy(measurement => measurement.Celsius)!);

            [Test]
            public static void Each_city_comes_once(IReadOnlyList<Measurement> output) =>
                Check.Equal(output.Count, output.DistinctBy(measurement => measurement.City).Count(), "The number of cities");
        }

        public sealed record Measurement(DateOnly Day, string City, double? Celsius);

        """;

    private const string Exporter =
        """
        /// <summary>Writes the coldest days to a CSV file of this project.</summary>
        public static class ExportColdestDays
        {
            [DataExporter]
            public static Table Run(Table days, BlockContext context, ILogger logger)
            {
                days.WriteCsv(context.ResolvePath("data/coldest_days.csv"));
                logger.LogInformation("Wrote {RowCount} rows", days.RowCount);
                return days;
            }
        }

        """;

    private const string Pipeline =
        """
        blocks:
        - uuid: load_temperatures
          name: load_temperatures
          type: data_loader
          language: csharp
          upstream_blocks: []
        - uuid: coldest_days
          name: coldest_days
          type: transformer
          language: csharp
          upstream_blocks: [load_temperatures]
        - uuid: export_coldest_days
          name: export_coldest_days
          type: data_exporter
          language: csharp
          upstream_blocks: [coldest_days]
        description: Finds the coldest day of each city.
        name: example_pipeline
        type: python
        uuid: example_pipeline
        variables:
          source: data/temperatures.csv

        """;

    private static string ProjectFile(string assemblies) =>
        $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <!-- For the IDE and for `dotnet build`: completion and errors while writing blocks. Mlops compiles each block by itself. -->
          <PropertyGroup>
            <TargetFramework>net10.0</TargetFramework>
            <Nullable>enable</Nullable>
            <ImplicitUsings>enable</ImplicitUsings>
            <!-- Where Mlops is installed on this machine; another machine may set the environment variable. -->
            <MlopsAssemblies Condition="'$(MlopsAssemblies)' == ''">{Escape(assemblies)}</MlopsAssemblies>
          </PropertyGroup>
          <ItemGroup>
            <Reference Include="$(MlopsAssemblies)/Mlops.Sdk.dll" />
            <Reference Include="$(MlopsAssemblies)/Microsoft.ML*.dll" />
            <Reference Include="$(MlopsAssemblies)/Microsoft.Data.Analysis.dll" />
            <Reference Include="$(MlopsAssemblies)/Apache.Arrow.dll" />
            <FrameworkReference Include="Microsoft.AspNetCore.App" />
            <!-- Blocks have these namespaces without a using, and no others. -->
            <Using Remove="System.IO" />
            <Using Remove="System.Net.Http" />
            <Using Include="Mlops.Sdk" />
            <!-- Apache.Arrow has a Table too. -->
            <Using Include="Mlops.Sdk.Table" Alias="Table" />
            <Using Include="Microsoft.Extensions.Logging" />
          </ItemGroup>
        </Project>

        """;

    private static string Escape(string path) => System.Security.SecurityElement.Escape(path.TrimEnd('/', '\\'));
}
