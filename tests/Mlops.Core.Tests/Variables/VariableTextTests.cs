using CsCheck;
using Mlops.Core.Variables;

namespace Mlops.Core.Tests.Variables;

public sealed class VariableTextTests
{
    [Theory]
    [InlineData("3", "3")]
    [InlineData("0.50", "0.50")]
    [InlineData("true", "true")]
    [InlineData("[1,2]", "[1,2]")]
    [InlineData("\"7\"", "\"7\"")]
    [InlineData("north", "\"north\"")]
    [InlineData("", "\"\"")]
    [InlineData("{", "\"{\"")]
    public void A_text_is_json_where_it_is_and_else_text(string text, string json) => Assert.Equal(json, VariableText.Parse(text).GetRawText());

    [Fact]
    public void What_is_shown_of_a_value_stands_for_it() => Gen.String[Gen.Char["01{}[]\", ntrue\né"], 0, 6].Sample(text =>
    {
        var value = VariableText.Parse(text);

        Assert.True(System.Text.Json.JsonElement.DeepEquals(value, VariableText.Parse(VariableText.Of(value))));
    });
}
