using System.Globalization;
using System.Text;
using CsCheck;
using Mlops.Core.Tests.Pipelines;
using Mlops.Core.Yaml;

namespace Mlops.Core.Tests.Yaml;

public sealed class YamlReaderTests
{
    private const string SpecialCharacters = "[]{}:,&*!|>'\"%@`#-? \t\n\r\\\0\uFEFF\u0085\uD83Dabu0";

    [Theory]
    [InlineData("~", "null")]
    [InlineData("", "null")]
    [InlineData("NULL", "null")]
    [InlineData("'null'", "\"null\"")]
    [InlineData("true", "true")]
    [InlineData("False", "false")]
    [InlineData("yes", "true")]
    [InlineData("Off", "false")]
    [InlineData("'no'", "\"no\"")]
    [InlineData("y", "\"y\"")]
    [InlineData("0", "0")]
    [InlineData("-7", "-7")]
    [InlineData("+7", "7")]
    [InlineData("1_000", "1000")]
    [InlineData("9007199254740993", "9007199254740993")]
    [InlineData("123456789012345678901234567890", "123456789012345678901234567890")]
    [InlineData("007", "\"007\"")]
    [InlineData("0x1F", "31")]
    [InlineData("0xFFFFFFFFFFFFFFFF", "18446744073709551615")]
    [InlineData("0o17", "15")]
    [InlineData("71.2833", "71.2833")]
    [InlineData("28693.94930", "28693.94930")]
    [InlineData("-0.5", "-0.5")]
    [InlineData(".5", "0.5")]
    [InlineData("5.", "5.0")]
    [InlineData("5.e3", "5.0e3")]
    [InlineData("00.5", "0.5")]
    [InlineData("1e5", "1e5")]
    [InlineData("1E-7", "1E-7")]
    [InlineData("1.5e+3", "1.5e+3")]
    [InlineData(".", "\".\"")]
    [InlineData("1.2.3", "\"1.2.3\"")]
    [InlineData("e5", "\"e5\"")]
    [InlineData("1:30", "\"1:30\"")]
    [InlineData("2024-02-01", "\"2024-02-01\"")]
    [InlineData(".inf", "\"Infinity\"")]
    [InlineData("-.INF", "\"-Infinity\"")]
    [InlineData(".nan", "\"NaN\"")]
    [InlineData("!!str 1", "\"1\"")]
    [InlineData("\"a\\u00e9\\n\"", "\"a\\u00E9\\n\"")]
    [InlineData("{a: [1, {b: null}], 'c d': 'x'}", """{"a":[1,{"b":null}],"c d":"x"}""")]
    [InlineData("|\n  two\n  lines\n", "\"two\\nlines\\n\"")]
    [InlineData("base: &b {x: 1, y: 2}\nmore:\n  <<: *b\n  y: 3\n", """{"base":{"x":1,"y":2},"more":{"y":3,"x":1}}""")]
    public void Values_keep_their_types_and_every_digit(string yaml, string json) => Assert.Equal(json, YamlJson.ToJson(YamlReader.Read(yaml)).GetRawText());

    [Fact]
    public void Aliases_of_aliases_are_bounded()
    {
        var bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (var i = 1; i < 20; i++)
        {
            bomb.Append(CultureInfo.InvariantCulture, $"a{i}: &a{i} [").AppendJoin(", ", Enumerable.Repeat($"*a{i - 1}", 10)).Append("]\n");
        }

        var exception = Assert.Throws<YamlFormatException>(() => YamlReader.Read(bomb.ToString()));
        Assert.Equal("Aliases written out, the file holds more than 500,000 values. Use fewer aliases.", exception.Message);
        Assert.Equal(6, exception.Line);
    }

    [Fact]
    public void Nesting_is_bounded_also_through_aliases()
    {
        Assert.Throws<YamlFormatException>(() => YamlReader.Read(new string('[', 500_000)));
        var chain = string.Concat(Enumerable.Range(0, 60).Select(i => i == 0 ? "a0: &a0 [x]\n" : $"a{i}: &a{i} [*a{i - 1}]\n"));
        Assert.Equal("Lists and mappings are nested more than 50 deep. Flatten them.", Assert.Throws<YamlFormatException>(() => YamlReader.Read(chain)).Message);
        Assert.Equal(50, YamlReader.Read(new string('[', 50) + new string(']', 50)).Depth);
    }

    [Theory]
    [InlineData("a: &a [*a]", 1, 8)]
    [InlineData("a: *gone", 1, 4)]
    [InlineData("a: 1\nb: 2\na: 3", 3, 1)]
    [InlineData("[a]: b", 1, 1)]
    [InlineData("a: {{ env_var('X') }}", 1, 4)]
    [InlineData("a: 1\n---\nb: 2", 2, 1)]
    [InlineData("<<: 7", 1, 5)]
    [InlineData("a:\n  : x\n  b:\n", 4, 1)]
    public void What_is_wrong_says_where(string yaml, int line, int column)
    {
        var exception = Assert.Throws<YamlFormatException>(() => YamlReader.Read(yaml));
        Assert.Equal((line, column), (exception.Line, exception.Column));
    }

    [Fact]
    public void Whatever_is_done_to_a_file_is_read_or_refused_and_nothing_else() =>
        Gen.Select(Gen.Int[0, MagePipeline.Text.Length - 1], Gen.Int[0, 40], Gen.OneOf(
            Gen.String[Gen.Char[SpecialCharacters], 0, 6], Gen.String[0, 4])).Sample(
            (position, cut, text) =>
            {
                var end = Math.Min(position + cut, MagePipeline.Text.Length);
                try
                {
                    _ = YamlJson.ToJson(YamlReader.Read(MagePipeline.Text[..position] + text + MagePipeline.Text[end..])).GetRawText();
                }
                catch (YamlFormatException exception)
                {
                    Assert.NotEmpty(exception.Message);
                }
            },
            iter: 1_000);
}
