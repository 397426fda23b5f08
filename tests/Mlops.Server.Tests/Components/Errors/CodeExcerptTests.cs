using Mlops.Server.Components.Shared.Errors;

namespace Mlops.Server.Tests.Components.Errors;

public sealed class CodeExcerptTests
{
    private const string Code = """
            [Transformer]
            public static string Run(int count) // why
            {
                return "a" + new List<int>(1);
        """;

    [Fact]
    public void Nothing_of_the_code_is_lost()
    {
        var lines = CodeExcerpt.Lines(Code, "csharp");

        Assert.Equal(Code, string.Join('\n', lines.Select(line => string.Concat(line.Select(piece => piece.Text)))));
    }

    [Theory]
    [InlineData("Transformer", "a")]
    [InlineData("public", "k")]
    [InlineData("string", "k")]
    [InlineData("Run", "m")]
    [InlineData("count", null)]
    [InlineData("// why", "c")]
    [InlineData("\"a\"", "s")]
    [InlineData("List", "t")]
    [InlineData("1", "n")]
    public void Pieces_of_CSharp_are_told_apart(string text, string? style) =>
        Assert.Equal(style, CodeExcerpt.Lines(Code, "csharp").SelectMany(line => line).First(piece => piece.Text == text).Style);

    [Fact]
    public void The_word_at_the_column_is_underlined()
    {
        var lines = CodeExcerpt.Lines(Code, "csharp", errorLine: 1, errorColumn: 26);

        Assert.Equal("Run", Assert.Single(lines.SelectMany(line => line), piece => piece.IsWrong).Text);
    }

    [Fact]
    public void Other_languages_stay_plain()
    {
        var lines = CodeExcerpt.Lines("select *\r\n\r\nfrom x", "sql", errorLine: 99, errorColumn: 1);

        Assert.Equal(["select *", "", "from x"], lines.Select(line => string.Concat(line.Select(piece => piece.Text))));
        Assert.All(lines.SelectMany(line => line), piece => Assert.Null(piece.Style));
    }

    [Fact]
    public void Keys_texts_and_comments_of_YAML_are_told_apart()
    {
        const string yaml = "blocks: # all\n- uuid: load it # the first\n  - 'a: b'\n# end\n  at: 10:30\n{a: 1}\n\n  - *x#y";
        var lines = CodeExcerpt.Lines(yaml, "yaml", errorLine: 1, errorColumn: 9);

        Assert.Equal(yaml, string.Join('\n', lines.Select(line => string.Concat(line.Select(piece => piece.Text)))));
        Assert.Equal(["blocks", "uuid", "at"], lines.SelectMany(line => line).Where(piece => piece.Style == "a").Select(piece => piece.Text));
        Assert.Equal(["# all", "# the first", "# end"], lines.SelectMany(line => line).Where(piece => piece.Style == "c").Select(piece => piece.Text.Trim()));
        Assert.Equal(["'a: b'"], lines.SelectMany(line => line).Where(piece => piece.Style == "s").Select(piece => piece.Text));
        Assert.Equal("load it", Assert.Single(lines.SelectMany(line => line), piece => piece.IsWrong).Text);
    }

    [Theory]
    [InlineData("  upstream_blocks: [load, fill]", 27, "fill")]
    [InlineData("  upstream_blocks: [load, fill]", 20, "[load, fill]")]
    [InlineData("- uuid: a/b.c", 9, "a/b.c")]
    public void Of_a_value_of_YAML_the_word_that_is_meant_is_underlined(string line, int column, string expected) =>
        Assert.Equal(expected, Assert.Single(CodeExcerpt.Lines(line, "yaml", 0, column)[0], piece => piece.IsWrong).Text);
}
