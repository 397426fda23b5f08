using Mlops.Sdk;
using Mlops.Server.Components.Shared.Outputs;

namespace Mlops.Server.Tests.Components.Outputs;

public sealed class ColumnFiguresTests
{
    [Fact]
    public void A_histogram_is_drawn_on_a_square_root_scale_without_empty_bins() =>
        Assert.Equal("M0 24h6.73v-24h-6.73zM93.27 24h6.73v-12h-6.73z", ColumnFigures.HistogramPath([400, 0, 100]));

    [Fact]
    public void An_empty_histogram_draws_nothing() => Assert.Equal("", ColumnFigures.HistogramPath([0, 0]));

    [Theory]
    [InlineData(890, 2_207, "40 %")]
    [InlineData(2, 2_207, "2")]
    [InlineData(2_207, 2_207, "100 %")]
    [InlineData(2_206, 2_207, "99 %")]
    public void Missing_cells_are_a_share_or_few(long missing, long rows, string expected) =>
        Assert.Equal(expected, ColumnFigures.MissingText(missing, rows));

    [Theory]
    [InlineData("2207", "2,207")]
    [InlineData("-1500", "-1,500")]
    [InlineData("512.0607", "512.0607")]
    [InlineData("74.0", "74")]
    [InlineData("1912-04-15", "1912-04-15")]
    public void Bounds_keep_their_digits(string value, string expected) => Assert.Equal(expected, ColumnFigures.Bound(value));

    [Fact]
    public void The_commonest_value_is_told_only_where_it_stands_out()
    {
        ColumnProfile Of(params ValueCount[] frequent) => new("Sex", "string", 7, 2, null, null, [], frequent);

        Assert.Equal("male 78 %", ColumnFigures.Commonest(Of(new ValueCount("male", 1_720), new ValueCount("female", 480)), 2_207));
        Assert.Null(ColumnFigures.Commonest(Of(new ValueCount("Abbing", 1), new ValueCount("Abbott", 1)), 2_207));
        Assert.Null(ColumnFigures.Commonest(Of(), 0));
        Assert.Equal([100d, 25d], ColumnFigures.FrequentWidths(Of(new ValueCount("a", 4), new ValueCount("b", 1))));
    }

    [Theory]
    [InlineData("int64", "#", true)]
    [InlineData("decimal(18,3)", ".0", true)]
    [InlineData("timestamp[UTC]", null, false)]
    [InlineData("list<int64>", "{}", false)]
    [InlineData("string", "Aa", false)]
    public void A_type_has_a_sign_and_numbers_line_up(string type, string? sign, bool isNumber) =>
        Assert.Equal((sign, isNumber), (ColumnKind.Of(type).Sign, ColumnKind.Of(type).IsNumber));

    [Theory]
    [InlineData(1, 0)]
    [InlineData(1_314, 1_313)]
    [InlineData(5_000, 2_206)]
    [InlineData(-3, 0)]
    public void A_row_that_is_not_there_leads_to_the_nearest(long row, long offset) => Assert.Equal(offset, DataPage.OffsetOf(row, 2_207));
}
