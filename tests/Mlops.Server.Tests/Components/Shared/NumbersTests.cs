using Mlops.Server.Components.Shared;

namespace Mlops.Server.Tests.Components.Shared;

public sealed class NumbersTests
{
    [Theory]
    [InlineData(0, "0 rows")]
    [InlineData(1, "1 row")]
    [InlineData(2_207, "2,207 rows")]
    public void A_count_agrees_with_its_noun(long number, string expected) => Assert.Equal(expected, Numbers.Count(number, "row"));

    [Theory]
    [InlineData(0, 0, "0 %")]
    [InlineData(0, 10, "0 %")]
    [InlineData(1, 100_000, "0.1 %")]
    [InlineData(1_408, 1_412, "99.7 %")]
    [InlineData(99_999, 100_000, "99.9 %")]
    [InlineData(10, 10, "100 %")]
    public void A_share_is_all_or_nothing_only_when_it_is(long part, long whole, string expected) => Assert.Equal(expected, Numbers.Share(part, whole));

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(1_023, "1023 B")]
    [InlineData(1_536, "1.5 KiB")]
    [InlineData(62_464, "61 KiB")]
    [InlineData(5_242_880, "5 MiB")]
    public void A_size_is_in_binary_units(long bytes, string expected) => Assert.Equal(expected, Numbers.Bytes(bytes));
}
