using CsCheck;
using Mlops.Sdk;
using Mlops.Sdk.Tables;

namespace Mlops.Blocks.Tests.Sdk.Tables;

public sealed class RoundTripTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public enum Kind : byte
    {
        None,
        Fast,
        Slow,
    }

    private sealed record Numbers(
        sbyte A, short B, int C, long D, byte E, ushort F, uint G, ulong H, Half I, float J, double K, decimal L, bool M,
        sbyte? NullableA, short? NullableB, int? NullableC, long? NullableD, byte? NullableE, ushort? NullableF, uint? NullableG, ulong? NullableH,
        Half? NullableI, float? NullableJ, double? NullableK, decimal? NullableL, bool? NullableM);

    private sealed record Times(
        DateTime At, DateTimeOffset Instant, DateOnly Day, TimeOnly Time, TimeSpan Length,
        DateTime? NullableAt, DateTimeOffset? NullableInstant, DateOnly? NullableDay, TimeOnly? NullableTime, TimeSpan? NullableLength);

    private sealed record Others(string Text, string? NullableText, Guid Id, Guid? NullableId, Kind Kind, Kind? NullableKind);

    private sealed record Place(string Street, int? Number);

    private readonly record struct Point(double X, double Y);

    private sealed record Nested(
        int[] Array, List<string?>? List, IReadOnlyList<double?> ReadOnly, Place Home, Place? Work, Point Where, Point? Before, Place[] All,
        IReadOnlyDictionary<string, int> Map, Dictionary<string, Place?>? Places, List<IReadOnlyList<int>> Deep, byte[] Bytes, byte[]? NullableBytes, Guid[] Ids);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Numbers_of_every_type_survive_at_their_extremes()
    {
        Numbers[] rows =
        [
            new(sbyte.MinValue, short.MinValue, int.MinValue, long.MinValue, 0, 0, 0, 0, Half.MinValue, float.MinValue, double.MinValue, decimal.MinValue, false,
                null, null, null, null, null, null, null, null, null, null, null, null, null),
            new(sbyte.MaxValue, short.MaxValue, int.MaxValue, 9007199254740993, byte.MaxValue, ushort.MaxValue, uint.MaxValue, ulong.MaxValue, Half.Epsilon,
                float.NaN, double.NaN, 1.10m, true, 1, 2, 3, long.MaxValue, 5, 6, 7, ulong.MaxValue, Half.NaN, float.PositiveInfinity, double.NegativeInfinity, -0.0000001m, true),
        ];
        Check(rows);
    }

    [Fact]
    public void Times_survive_to_the_microsecond()
    {
        Times[] rows =
        [
            new(DateTime.MinValue, DateTimeOffset.MinValue, DateOnly.MinValue, TimeOnly.MinValue, TimeSpan.FromDays(-10), null, null, null, null, null),
            new(new DateTime(9999, 12, 31, 23, 59, 59).AddTicks(9_999_990), new DateTimeOffset(2024, 1, 31, 23, 59, 59, TimeSpan.FromHours(5)), DateOnly.MaxValue,
                new TimeOnly(23, 59, 59).Add(TimeSpan.FromTicks(10)), TimeSpan.FromTicks(10), DateTime.UnixEpoch.AddTicks(-10), DateTimeOffset.UnixEpoch, new DateOnly(1969, 12, 31),
                new TimeOnly(1, 2, 3), TimeSpan.Zero),
        ];
        var read = Check(rows);
        Assert.Equal(DateTimeKind.Unspecified, read[1].At.Kind);
        Assert.Equal(TimeSpan.Zero, read[1].Instant.Offset);
    }

    [Fact]
    public void Text_ids_and_enums_survive()
    {
        Check(
        [
            new Others("", null, Guid.Empty, null, Kind.None, null),
            new Others("é😀\0 \"x\"", "", Guid.Parse("6f1c2e0a-1234-4000-8000-00000000000f"), Guid.AllBitsSet, Kind.Slow, Kind.Fast),
            new Others(new string('x', 100_000), "x", Guid.AllBitsSet, Guid.Empty, Kind.Fast, Kind.None),
        ]);
    }

    [Fact]
    public void Lists_records_and_maps_survive()
    {
        Nested[] rows =
        [
            new([], null, [], new Place("a", null), null, new Point(1, 2), null, [], new Dictionary<string, int>(), null, [], [], null, []),
            new([1, 2], ["x", null, ""], [1.5, null], new Place("", 7), new Place("b", 8), new Point(-1, double.NaN), new Point(3, 4), [new Place("c", 1), new Place("d", null)],
                new Dictionary<string, int> { ["k"] = 1, ["l"] = 2 }, new() { ["p"] = null, ["q"] = new Place("e", 9) }, [[1], [], [2, 3]], [0, 255], [1], [Guid.Empty, Guid.AllBitsSet]),
        ];
        using var table = Table.FromRows(rows);
        table.WriteParquet(_folder["nested.parquet"]);
        using var file = Table.OpenParquet(_folder["nested.parquet"]);
        Assert.Equivalent(rows, table.ToList<Nested>(), strict: true);
        Assert.Equivalent(rows, file.ToList<Nested>(), strict: true);
        Assert.Equal(
            "list<int32>, list<string>, list<double>, struct<Street: string, Number: int32>, struct<Street: string, Number: int32>, struct<X: double, Y: double>, "
            + "struct<X: double, Y: double>, list<struct<Street: string, Number: int32>>, map<string, int32>, map<string, struct<Street: string, Number: int32>>, "
            + "list<list<int32>>, binary, binary, list<uuid>",
            string.Join(", ", file.Schema.FieldsList.Select(ColumnTypeName.Of)));
    }

    [Fact]
    public async Task DuckDB_reads_the_files_with_their_types()
    {
        using var table = Table.FromRows([new { Id = Guid.Empty, Sold = true, Price = 1.10m, At = DateTime.UnixEpoch, Instant = DateTimeOffset.UnixEpoch, Day = DateOnly.MinValue, Kind = Kind.Fast }]);
        table.WriteParquet(_folder["types.parquet"]);
        using var connection = DuckDb.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"select string_agg(column_type, ', ') from (describe select * from read_parquet({DuckDb.Literal(_folder["types.parquet"])}))";
        Assert.Equal("UUID, BOOLEAN, DECIMAL(38,2), TIMESTAMP, TIMESTAMP WITH TIME ZONE, DATE, VARCHAR", command.ExecuteScalar());

        // And back, where DuckDB sends booleans as integers and ids as binary.
        command.CommandText = $"select * from read_parquet({DuckDb.Literal(_folder["types.parquet"])})";
        using var back = await DuckDb.ReadTableAsync(command, "The query", TestContext.Current.CancellationToken);
        back.WriteParquet(_folder["back.parquet"]);
        using var again = Table.OpenParquet(_folder["back.parquet"]);
        Assert.Equal(["uuid", "bool", "decimal(38,2)", "timestamp", "timestamp[UTC]", "date", "string"], again.Schema.FieldsList.Select(ColumnTypeName.Of));
    }

    [Fact]
    public void Random_rows_survive_memory_and_file()
    {
        var text = Gen.String[Gen.Char['\u0001', '\uD7FF'], 0, 20];
        var row = Gen.Select(Gen.Long, Gen.Double.Nullable(), text.Null(), Gen.Decimal, Gen.Bool.Nullable(), Gen.Int[0, 3_652_058], Gen.Int.Nullable().Array[0, 5], Gen.Guid)
            .Select((a, b, c, d, e, f, g, h) => new Random(a, b, c, decimal.Round(d % 1_000_000_000m, 9), e, DateOnly.FromDayNumber(f), g, h));
        row.Array[0, 50].Sample(
            rows =>
            {
                using var table = Table.FromRows(rows);
                table.WriteParquet(_folder["random.parquet"]);
                using var file = Table.OpenParquet(_folder["random.parquet"]);
                Assert.Equal(rows.Select(Key), table.ReadRows<Random>().Select(Key));
                Assert.Equal(rows.Select(Key), file.ReadRows<Random>().Select(Key));
            },
            iter: 100,
            threads: 1);
    }

    private static string Key(Random row) => $"{row with { D = row.D + 0.000000000m, G = [] }} {string.Join(",", row.G)}";

    private sealed record Random(long A, double? B, string? C, decimal D, bool? E, DateOnly F, int?[] G, Guid H);

    private List<T> Check<T>(T[] rows)
    {
        using var table = Table.FromRows(rows);
        Assert.Equal(rows, table.ToList<T>());
        table.WriteParquet(_folder["rows.parquet"]);
        using var file = Table.OpenParquet(_folder["rows.parquet"]);
        Assert.Equal(rows, file.ToList<T>());
        Assert.Equal(table.Schema.FieldsList.Select(ColumnTypeName.Of), file.Schema.FieldsList.Select(ColumnTypeName.Of));
        using var slice = file.Slice(rows.Length - 1, 1);
        Assert.Equal([rows[^1]], slice.ToList<T>());
        return [.. file.ToList<T>()];
    }
}
