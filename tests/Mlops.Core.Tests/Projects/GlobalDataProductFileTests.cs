using Mlops.Core.Projects;
using Mlops.Core.Projects.Products;
using Mlops.Testing;

namespace Mlops.Core.Tests.Projects;

public sealed class GlobalDataProductFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_that_Mage_wrote_is_read()
    {
        var file = Read(
            """
            xgboost:
              object_type: pipeline
              object_uuid: xgboost_training
              outdated_after: {seconds: 86400, weeks: null}
              outdated_starting_at: {hour_of_day: 12}
              project: unit_3_observability
              repo_path: /home/src/mlops/unit_3_observability
              settings: {xgboost: {partitions: 1}, all: {partitions: 0}, plain: {}}
            """);

        Assert.Null(file.Problem);
        var product = file.Products["xgboost"];
        Assert.Equal(("xgboost_training", "unit_3_observability"), (product.PipelineUuid, product.ProjectUuid));
        Assert.Equal(new OutdatedAfter(86400), product.Settings.OutdatedAfter);
        Assert.Equal([KeyValuePair.Create("hour_of_day", 12)], product.Settings.OutdatedStartingAt!.Parts);
        Assert.Equal([new ProductBlock("xgboost", 1), new ProductBlock("all", 0), new ProductBlock("plain", 1)], product.Settings.Blocks);
    }

    [Theory]
    [InlineData("- a", "global_data_products.yaml must be a mapping of products by uuid, found a list.")]
    [InlineData("a: 1", "line 1, column 4: Product 'a' must be a mapping with object_type and object_uuid, found the value '1'.")]
    [InlineData("a: {object_type: pipeline}", "line 1, column 4: Product 'a' has no object_uuid. Write the uuid of the pipeline that makes it.")]
    [InlineData("a: {object_type: block, object_uuid: b}", "line 1, column 18: Product 'a' has the object_type 'block'. Only products of pipelines are made; write pipeline.")]
    [InlineData("a: {object_uuid: b, outdated_after: {days: 1}}", "line 1, column 38: 'days' is not known here. Write one of seconds, weeks, months, years.")]
    [InlineData("a: {object_uuid: b, outdated_after: {weeks: 1.5}}", "line 1, column 45: weeks must be a whole number from 0 to 5200, found the value '1.5'.")]
    [InlineData("a: {object_uuid: b, settings: {c: {partitions: many}}}", "line 1, column 48: partitions must be a whole number from 0 to 1000, found the value 'many'.")]
    [InlineData("a: {", "line 2, column 1")]
    public void What_is_wrong_is_named_with_its_place(string text, string message) => Assert.Contains(message, Read(text).Problem, StringComparison.Ordinal);

    [Fact]
    public void A_wrong_product_leaves_the_others_and_a_missing_file_is_no_problem()
    {
        Assert.Equal(["good"], Read("bad: 1\ngood: {object_uuid: x}").Products.Keys);
        File.Delete(_folder.Combine(GlobalDataProductFile.FileName));
        Assert.Equal(new GlobalDataProductFile(GlobalDataProductFile.None, []), GlobalDataProductFile.Read(_folder.Path, new FileStamps()));
    }

    [Theory]
    [InlineData("2026-01-31T10:00:00Z", 0, 0, 1, 0, "2026-02-28T10:00:00Z")]
    [InlineData("2024-02-29T10:00:00Z", 0, 0, 0, 1, "2025-02-28T10:00:00Z")]
    [InlineData("2026-01-01T00:00:00Z", 60, 2, 0, 0, "2026-01-15T00:01:00Z")]
    [InlineData("9999-01-01T00:00:00Z", 0, 0, 0, 100, "9999-12-31T23:59:59.9999999Z")]
    public void An_age_is_added_by_the_calendar(string from, double seconds, int weeks, int months, int years, string expected) =>
        Assert.Equal(At(expected), new OutdatedAfter(seconds, weeks, months, years).From(At(from)));

    [Theory]
    [InlineData("second_of_minute", 30)]
    [InlineData("minute_of_hour", 45)]
    [InlineData("hour_of_day", 13)]
    [InlineData("day_of_week", 3)]
    [InlineData("day_of_month", 15)]
    [InlineData("day_of_year", 196)]
    [InlineData("week_of_month", 3)]
    [InlineData("week_of_year", 29)]
    [InlineData("month_of_year", 7)]
    public void Each_part_of_a_time_is_reached_at_its_value(string word, int value)
    {
        var now = At("2026-07-15T13:45:30Z"); // A Wednesday.

        Assert.True(Of(word, value).IsReached(now));
        Assert.False(Of(word, value + 1).IsReached(now));
        Assert.Contains(word, OutdatedStartingAt.Words);
    }

    [Theory]
    [InlineData("2026-07-15T13:45:30.5Z", "", "2026-07-15T13:45:30.5Z")]
    [InlineData("2026-07-15T13:45:30.5Z", "hour_of_day=13", "2026-07-15T13:45:30.5Z")]
    [InlineData("2026-07-15T13:45:30Z", "hour_of_day=18, minute_of_hour=30", "2026-07-15T18:30:00Z")]
    [InlineData("2026-07-15T19:45:30Z", "hour_of_day=18, minute_of_hour=50", "2026-07-15T19:50:00Z")]
    [InlineData("2026-07-15T13:45:30Z", "second_of_minute=40", "2026-07-15T13:45:40Z")]
    [InlineData("2026-07-15T13:45:30Z", "day_of_week=6, hour_of_day=6", "2026-07-18T06:00:00Z")]
    [InlineData("2026-07-15T13:45:30Z", "month_of_year=2, day_of_month=29", "2026-07-29T00:00:00Z")]
    [InlineData("2026-12-30T13:45:30Z", "week_of_month=5, month_of_year=3", "2026-12-30T13:45:30Z")]
    [InlineData("2026-07-15T13:45:30Z", "day_of_year=366", "2028-12-31T00:00:00Z")]
    [InlineData("2026-07-15T13:45:30Z", "day_of_year=366, day_of_week=6", "2044-12-31T00:00:00Z")]
    [InlineData("2026-07-15T13:45:30Z", "day_of_month=32", null)]
    [InlineData("2026-07-15T13:45:30Z", "hour_of_day=24", null)]
    [InlineData("9999-12-31T13:45:30Z", "hour_of_day=14", null)]
    public void The_first_instant_is_found_at_which_every_part_is_reached(string from, string parts, string? expected)
    {
        var starting = new OutdatedStartingAt(parts.Split(", ", StringSplitOptions.RemoveEmptyEntries).Select(part => part.Split('=')).ToDictionary(
            part => part[0], part => int.Parse(part[1], System.Globalization.CultureInfo.InvariantCulture)));

        var found = starting.FindReached(At(from));

        Assert.Equal(expected is null ? null : At(expected), found);
        Assert.True(found is null || starting.IsReached(found.Value));
    }

    [Fact]
    public void The_first_instant_is_the_one_that_a_walk_second_by_second_finds()
    {
        var random = new Random(7);
        foreach (var _ in Enumerable.Range(0, 60))
        {
            var starting = new OutdatedStartingAt(new Dictionary<string, int>
            {
                ["hour_of_day"] = random.Next(24),
                ["minute_of_hour"] = random.Next(60),
                ["second_of_minute"] = random.Next(60),
                ["day_of_week"] = random.Next(3),
            });
            var from = At("2026-07-15T00:00:00Z").AddSeconds(random.Next(400_000));
            var walked = from;
            while (!starting.IsReached(walked))
            {
                walked = walked.AddSeconds(1);
            }

            Assert.Equal(walked, starting.FindReached(from));
        }
    }

    private static OutdatedStartingAt Of(string word, int value) => new(new Dictionary<string, int> { [word] = value });

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    private GlobalDataProductFile Read(string text)
    {
        _folder.Write(GlobalDataProductFile.FileName, text);
        return GlobalDataProductFile.Read(_folder.Path, new FileStamps());
    }
}
