using Mlops.Core;
using Mlops.Server.Commands;

namespace Mlops.Server.Tests.Commands;

public sealed class VariablesTests
{
    [Theory]
    [InlineData("n=3", "3")]
    [InlineData("n=true", "true")]
    [InlineData("n=\"3\"", "\"3\"")]
    [InlineData("n=[1, 2]", "[1, 2]")]
    [InlineData("n=data/titanic.csv", "\"data/titanic.csv\"")]
    [InlineData("n=", "\"\"")]
    [InlineData("n=a=b", "\"a=b\"")]
    public void A_value_is_json_where_it_can_be_and_text_otherwise(string assignment, string json) =>
        Assert.Equal([("n", json)], Variables.Parse([assignment]).Select(pair => (pair.Key, pair.Value.GetRawText())));

    [Fact]
    public void All_that_is_wrong_is_said_at_once()
    {
        var exception = Assert.Throws<InvalidRequestException>(() => Variables.Parse(["=1", "nothing", "a=1", "a=2"]));

        Assert.Equal(["--var '=1' is not of the form name=value.", "--var 'nothing' is not of the form name=value.", "--var 'a' is given twice."], exception.Errors);
    }
}
