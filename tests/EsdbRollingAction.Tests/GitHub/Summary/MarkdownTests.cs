using CsCheck;
using EsdbRollingAction.GitHub.Summary;
using Markdown = EsdbRollingAction.GitHub.Summary.Markdown;

namespace EsdbRollingAction.Tests.GitHub.Summary;

public class MarkdownTests
{
    [Theory]
    [InlineData("test-node2")]
    [InlineData("10.0.0.1:2113")]
    [InlineData("m6i.large")]
    [InlineData("my_node")]
    [InlineData("EC2 answered InsufficientInstanceCapacity: no t2.xlarge (now), 3.0 MiB behind!")]
    [InlineData("Knoten-münchen")]
    public void Plain_text_stays_as_it_is(string text) => Assert.Equal(text, Markdown.Text(text));

    [Theory]
    [InlineData("ask @octocat now", "ask `@octocat` now")]
    [InlineData("i-04d277e342129fe6c is stopped", "`i-04d277e342129fe6c` is stopped")]
    [InlineData("i-04d277e342129fe6c.", "`i-04d277e342129fe6c`.")]
    [InlineData("a|b", "a\\|b")]
    [InlineData("a`b", "``a`b``")]
    [InlineData("see <b> *now* please", "see `<b>` `*now*` please")]
    public void Words_that_could_be_markup_are_code(string text, string expected) => Assert.Equal(expected, Markdown.Text(text));

    [Theory]
    [InlineData("a\u202Eb", "a�b")]
    [InlineData("a\u200Bb", "a�b")]
    [InlineData(" a \r\n\t b ", "a b")]
    [InlineData("a\u0301\u0302\u0303\u0304", "a\u0301\u0302")]
    public void What_cannot_be_seen_is_shown_or_taken_away(string text, string expected) => Assert.Equal(expected, Markdown.Text(text));

    [Fact]
    public void Long_text_is_cut_between_characters() => Assert.Equal("aa😀…", PlainText.Line("aa😀😀😀😀", 6));

    [Fact]
    public void A_link_to_anything_but_a_page_is_only_words() => Assert.Equal("this run", Markdown.Link("this run", "javascript:alert(1)"));

    [Fact]
    public void Any_text_in_a_cell_is_read_as_that_text_and_nothing_else() => HostileTexts.Any.Sample(text =>
    {
        var parsed = new ParsedSummary(Markdown.Row("Name", "Next") + "|---|---|\n" + Markdown.Row(Markdown.Text(text), "after"));

        Assert.Empty(parsed.Markup);
        Assert.Empty(parsed.TurnedByGitHub);
        Assert.Equal(2, parsed.Tables.Single().Count);
        Assert.Equal("after", parsed.Tables.Single()[1][1]);
        Assert.Equal(WithoutSpaces(PlainText.Line(text, Markdown.LongestText)), WithoutSpaces(parsed.Tables.Single()[1][0]));
    });

    [Fact]
    public void Any_text_in_a_line_is_read_as_that_text_and_nothing_else() => HostileTexts.Any.Sample(text =>
    {
        var parsed = new ParsedSummary($"What happened: {Markdown.Text(text)}\n");

        Assert.Empty(parsed.Markup);
        Assert.Empty(parsed.TurnedByGitHub);
        Assert.Equal($"What happened: {PlainText.Line(text, Markdown.LongestText)}".TrimEnd(), parsed.Paragraphs.Single().TrimEnd());
    });

    /// <summary>A code span of backticks is padded, and spaces beside a pipe are given up.</summary>
    private static string WithoutSpaces(string text) => text.Replace(" ", "", StringComparison.Ordinal);
}
