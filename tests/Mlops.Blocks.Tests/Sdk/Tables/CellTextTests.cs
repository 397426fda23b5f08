using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Mlops.Sdk;
using Mlops.Sdk.Tables;

namespace Mlops.Blocks.Tests.Sdk.Tables;

public sealed class CellTextTests
{
    [Theory]
    [InlineData(22, "22.0")]
    [InlineData(7.25, "7.25")]
    [InlineData(71.2833, "71.2833")]
    [InlineData(-0.0, "-0.0")]
    [InlineData(1e15, "1000000000000000.0")]
    [InlineData(1.5e15, "1500000000000000.0")]
    [InlineData(1234567890123456.7, "1234567890123456.8")]
    [InlineData(1e16, "1e+16")]
    [InlineData(12345678901234568, "1.2345678901234568e+16")]
    [InlineData(123.456, "123.456")]
    [InlineData(0.00012345678901234567, "0.00012345678901234567")]
    [InlineData(100, "100.0")]
    [InlineData(0, "0.0")]
    [InlineData(1.5e-5, "1.5e-05")]
    [InlineData(0.0001, "0.0001")]
    [InlineData(5e-324, "5e-324")]
    [InlineData(1.7976931348623157e308, "1.7976931348623157e+308")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "inf")]
    [InlineData(double.NegativeInfinity, "-inf")]
    public void A_double_has_the_digits_that_Python_gives_it(double value, string text) => Assert.Equal(text, NumberText.Of(value));

    [Fact]
    public async Task Every_type_has_a_text_and_a_name()
    {
        using var table = await Query(
            """
            select 1::tinyint a, 18446744073709551615::ubigint b, 1.5::float c, 1.10::decimal(18,2) d, -0.05::decimal(38,2) e, true f, 'é,"x"' g,
              timestamp '2024-01-31 23:59:59.123456' h, timestamptz '2024-01-31 23:59:59+05' i, '2024-01-31 00:00:00.123456789'::timestamp_ns j,
              date '0001-01-01' k, time '23:59:59.5' l, '6f1c2e0a-0000-4000-8000-00000000000f'::uuid m, 'x'::blob n, [1, null] o, {'p': 1, 'q': 'x'} p,
              map {'k': 1.5::double} q, 'b'::enum('a', 'b') r, null::int s, [true, null] t
            """);
        var cells = table.Schema.FieldsList.Select((f, i) => $"{ColumnTypeName.Of(f)} = {CellText.Of(f, table.Batches[0].Column(i), 0) ?? "null"}");
        Assert.Equal(
            [
                "int8 = 1", "uint64 = 18446744073709551615", "float = 1.5", "decimal(18,2) = 1.10", "decimal(38,2) = -0.05", "bool = true", "string = é,\"x\"",
                "timestamp = 2024-01-31 23:59:59.123456", "timestamp[UTC] = 2024-01-31 18:59:59Z", "timestamp = 2024-01-31 00:00:00.123456789",
                "date = 0001-01-01", "time = 23:59:59.5", "uuid = 6f1c2e0a-0000-4000-8000-00000000000f", "binary = eA==", "list<int32> = [1,null]",
                "struct<p: int32, q: string> = {\"p\":1,\"q\":\"x\"}", "map<string, double> = {\"k\":1.5}", "string = b", "int32 = null", "list<bool> = [true,null]",
            ],
            cells);
    }

    [Fact]
    public async Task A_table_is_json_with_its_schema()
    {
        using var table = await Query(
            """
            select 9007199254740993 big, 'nan'::double nan, 'inf'::double inf, timestamptz '2024-01-31 00:00:00+00' "at", 'x'::blob bin, 1.10::decimal(9,2) price,
              [{'a': 1}] list, null::varchar "nothing"
            """);
        Assert.Equal(
            """{"row_count":1,"schema":[{"name":"big","type":"int64","nullable":true},{"name":"nan","type":"double","nullable":true},{"name":"inf","type":"double","nullable":true},{"name":"at","type":"timestamp[UTC]","nullable":true},{"name":"bin","type":"binary","nullable":true},{"name":"price","type":"decimal(9,2)","nullable":true},{"name":"list","type":"list<struct<a: int32>>","nullable":true},{"name":"nothing","type":"string","nullable":true}],"rows":[[9007199254740993,"NaN","Infinity","2024-01-31T00:00:00Z","eA==",1.10,[{"a":1}],null]]}""",
            Json(w => TableJson.Write(w, table)));
    }

    [Fact]
    public void Rows_are_also_json_objects()
    {
        using var table = Table.FromRows([new Item("x", 1), new Item(null, 2)]);
        Assert.Equal("""[{"Name":"x","Count":1},{"Name":null,"Count":2}]""", TableJson.ToElement(table).GetRawText());
    }

    [Fact]
    public async Task A_slice_shows_its_own_rows()
    {
        using var table = await Query("select i, i % 3 = 0 b, [i, i + 1] l, {'x': i} s, map {i: i} m, i::varchar t from range(100) r(i)");
        using var slice = table.Slice(42, 1);
        Assert.Equal("""[[42,true,[42,43],{"x":42},{"42":42},"42"]]""", Json(w => TableJson.WriteRows(w, slice)));
    }

    private sealed record Item(string? Name, long Count);

    private static async Task<Table> Query(string sql)
    {
        using var connection = DuckDb.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "set timezone = 'UTC'";
        command.ExecuteNonQuery();
        command.CommandText = sql;
        return await DuckDb.ReadTableAsync(command, "The query", TestContext.Current.CancellationToken);
    }

    private static string Json(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            write(writer);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
