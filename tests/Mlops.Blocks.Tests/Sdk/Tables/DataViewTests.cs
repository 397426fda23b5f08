using Microsoft.ML;
using Microsoft.ML.Data;
using Mlops.Sdk;
using Mlops.Sdk.Tables;

namespace Mlops.Blocks.Tests.Sdk.Tables;

public sealed class DataViewTests
{
    private sealed record Trip(int Id, double? Distance, string? Route, bool Late, DateTime? At, float[]? Features);

    private static readonly Trip[] Trips =
    [
        new(1, 1.5, "a", true, new DateTime(2024, 1, 31), [1, 2]), new(2, null, null, false, null, [3, 4]), new(3, 2.5, "b", true, DateTime.UnixEpoch, [5, 6]),
    ];

    [Fact]
    public void Numbers_are_single_with_nan_for_null()
    {
        using var table = Table.FromRows(Trips);
        var view = table.ToDataView();
        Assert.Equal(
            ["Id:Single", "Distance:Single", "Route:String", "Late:Boolean", "At:DateTime", "Features:Vector<Single, 2>"], view.Schema.Select(c => $"{c.Name}:{c.Type}"));
        Assert.Equal([1.5f, float.NaN, 2.5f], view.GetColumn<float>("Distance"));
        Assert.Equal(["a", "", "b"], view.GetColumn<string>("Route"));
        Assert.Equal([true, false, true], view.GetColumn<bool>("Late"));
        Assert.Equal([5f, 6f], view.GetColumn<float[]>("Features").Last());
        Assert.Equal(3, view.GetRowCount());
        Assert.Equal(NumberDataViewType.Double, table.ToDataView(doublePrecision: true).Schema["Distance"].Type);
    }

    [Fact]
    public void A_null_boolean_is_an_error_when_it_is_read()
    {
        using var table = Table.FromRows([new { Late = (bool?)true }, new { Late = (bool?)null }]);
        var error = Assert.Throws<TableBindingException>(() => table.ToDataView().GetColumn<bool>("Late").ToList());
        Assert.Equal("Column 'Late' (bool) is null at row 1 (counted from 0), which ML.NET's Boolean cannot hold; fill it or drop the row.", error.Message);
    }

    [Fact]
    public void A_view_comes_back_as_a_table()
    {
        using var table = Table.FromRows(Trips);
        using var back = Table.FromDataView(table.ToDataView());
        Assert.Equal(["float", "float", "string", "bool", "timestamp", "list<float>"], back.Schema.FieldsList.Select(ColumnTypeName.Of));
        Assert.Equal("""[{"Id":3,"Distance":2.5,"Route":"b","Late":true,"At":"1970-01-01T00:00:00","Features":[5,6]}]""", TableJson.ToElement(back.Slice(2, 1)).GetRawText());
    }

    [Fact]
    public void Keys_come_back_as_their_values_and_vectors_as_lists()
    {
        var ml = new MLContext(1);
        using var table = Table.FromRows(Trips);
        var view = table.ToDataView();
        var keyed = ml.Transforms.Conversion.MapValueToKey("Key", "Route").Append(ml.Transforms.Categorical.OneHotEncoding("OneHot", "Route")).Fit(view).Transform(view);
        using var back = Table.FromDataView(keyed);
        using var last = back.Slice(2, 1);
        Assert.Contains("\"Key\":\"b\",\"OneHot\":[0,1]", TableJson.ToElement(last).GetRawText(), StringComparison.Ordinal);
        using var missing = back.Slice(1, 1);
        Assert.Contains("\"Key\":null", TableJson.ToElement(missing).GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_shuffled_cursor_sees_each_row_once()
    {
        using var table = Table.FromRows(Enumerable.Range(0, 100_000).Select(i => new { I = i }));
        var view = table.ToDataView();
        using var cursor = view.GetRowCursor(view.Schema, new Random(7));
        var get = cursor.GetGetter<float>(view.Schema["I"]);
        var id = cursor.GetIdGetter();
        var seen = new List<float>();
        float value = 0;
        DataViewRowId rowId = default;
        while (cursor.MoveNext())
        {
            get(ref value);
            id(ref rowId);
            Assert.Equal((ulong)value, rowId.Low);
            seen.Add(value);
        }

        Assert.False(cursor.MoveNext());
        Assert.NotEqual(Enumerable.Range(0, 100_000).Select(i => (float)i), seen);
        Assert.Equal(Enumerable.Range(0, 100_000).Select(i => (float)i), seen.Order());
    }

    [Fact]
    public async Task Cursors_do_not_disturb_each_other()
    {
        using var table = Table.FromRows(Enumerable.Range(0, 200_000).Select(i => new { I = i, Text = $"t{i % 10}" }));
        var view = table.ToDataView();
        var sums = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => view.GetColumn<float>("I").Sum(v => (double)v))));
        Assert.All(sums, s => Assert.Equal(19_999_900_000, s));
    }

    [Fact]
    public void A_model_can_be_trained_on_a_view()
    {
        var ml = new MLContext(1);
        using var table = Table.FromRows(Enumerable.Range(0, 500).Select(i => new { Label = 3.0 * i, X = i, Kind = i % 2 == 0 ? "even" : "odd" }));
        var view = table.ToDataView();
        var pipeline = ml.Transforms.Categorical.OneHotEncoding("KindVector", "Kind")
            .Append(ml.Transforms.Concatenate("Features", "X", "KindVector"))
            .Append(ml.Transforms.NormalizeMinMax("Features"))
            .Append(ml.Regression.Trainers.LbfgsPoissonRegression());
        var scored = pipeline.Fit(view).Transform(view);
        using var back = Table.FromDataView(scored);
        Assert.Equal(500, back.RowCount);
        Assert.Contains(back.Schema.FieldsList, f => f.Name == "Score");
    }
}
