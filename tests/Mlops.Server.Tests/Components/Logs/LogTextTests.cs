using Mlops.Server.Components.Shared.Logs;

namespace Mlops.Server.Tests.Components.Logs;

public sealed class LogTextTests
{
    [Theory]
    [InlineData("plain é 漢", "plain é 漢")]
    [InlineData("\x1b[31mred\x1b[0m and \x1b[1;38;5;208mbold\x1b[m", "red and bold")]
    [InlineData("\x1b[2K\x1b[1G50 %", "50 %")]
    [InlineData("\x1b]8;;https://example.org\x07link\x1b]8;;\x07", "link")]
    [InlineData("\x1b]0;title\x1b\\text", "text")]
    [InlineData("\u009b31mred", "red")]
    [InlineData("bell\x07 and null\0", "bell and null")]
    [InlineData("one\r\ntwo\nthree", "one ⏎ two ⏎ three")]
    [InlineData("a\tb", "a    b")]
    [InlineData("cut off \x1b[3", "cut off ")]
    public void Only_what_can_be_read_is_left(string text, string expected) => Assert.Equal(expected, LogText.Clean(text));

    [Fact]
    public void Found_text_is_marked_wherever_it_stands()
    {
        Assert.Equal(
            [("Fare", true), (" above 500, ", false), ("fare", true), (" allowed", false)],
            LogText.Marked("Fare above 500, fare allowed", "FARE"));
        Assert.Equal([("all", false)], LogText.Marked("all", null));
        Assert.Empty(LogText.Marked("", "x"));
    }
}
