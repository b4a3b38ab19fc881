namespace EsdbRollingAction.Tests.Log;

public class PrintableTests
{
    [Theory]
    [InlineData("node1 ü 😀 [::1]:2113 ## [x] a::b", "node1 ü 😀 [::1]:2113 ## [x] a::b")]
    [InlineData("a\r\nb\tc\u0085d\u2028e\u2029f\0g", "a  b c d e f g")]
    [InlineData("\e[31mred\e[0m", " [31mred [0m")]
    [InlineData("a\u200bb\u200dc\u202ed\u2066e\ufefff", "a b c d e f")]
    [InlineData("::set-output name=a::b", ": :set-output name=a::b")]
    [InlineData(" \u3000\n::error::x", " \u3000 : :error::x")]
    [InlineData("\u0301:\u0301:error::x", "\u0301:\u0301 :error::x")]
    [InlineData("##[error]x ##[error]y", "## [error]x ## [error]y")]
    [InlineData("###[error]", "### [error]")]
    [InlineData("#\u034f#\u034f[error]", "#\u034f#\u034f [error]")]
    [InlineData("#\u200b#[error]", "# #[error]")]
    [InlineData("::1 leads", ": :1 leads")]
    public void Text_from_outside_stays_text_on_one_line(string text, string expected)
    {
        Assert.Equal(expected, Printable.Line(text));
        Assert.Equal(expected, Printable.Line(expected));
    }

    [Fact]
    public void Half_a_character_is_shown_as_a_broken_one() => Assert.Equal("\ufffdx", Printable.Line("\ud800x"));
}
