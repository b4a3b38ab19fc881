using System.Text.RegularExpressions;

namespace EsdbRollingAction.GitHub.Summary;

/// <summary>
/// GitHub Flavoured Markdown in which text from outside stays text. Backslashes would not do: GitHub looks for mentions, issues,
/// emoji and links in what was rendered. So words that could be anything else are shown as code, where nothing is looked for.
/// </summary>
internal static partial class Markdown
{
    /// <summary>Longer texts are cut.</summary>
    public const int LongestText = 300;

    /// <summary>
    /// Text from outside, for the middle of a line or a cell. Plain words stay as they are. No colon may follow at once: with one in
    /// the text it could make an emoji.
    /// </summary>
    public static string Text(string? text, int longest = LongestText)
    {
        var shown = new List<string>();
        var unsafeWords = new List<string>();
        foreach (var word in PlainText.Line(text, longest).Split(' '))
        {
            if (!word.Contains('|', StringComparison.Ordinal) && !IsPlain(word))
            {
                unsafeWords.Add(word);
                continue;
            }

            Flush();
            shown.Add(string.Join("\\|", word.Split('|').Select(part => IsPlain(part) ? part : Span(part))));
        }

        Flush();
        return string.Join(' ', shown);

        void Flush()
        {
            if (unsafeWords.Count > 0)
            {
                shown.Add(SpanOfWords(string.Join(' ', unsafeWords)));
                unsafeWords.Clear();
            }
        }
    }

    /// <summary>Text from outside as code: for what is typed or looked up.</summary>
    public static string Code(string? text, int longest = LongestText) =>
        string.Join("\\|", PlainText.Line(text, longest).Split('|').Select(part => part.Trim()).Select(part => part.Length > 0 ? Span(part) : ""));

    /// <summary>A link with words of ours; only the words when the address is none.</summary>
    public static string Link(string words, string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp)
            ? $"[{words}]({uri.AbsoluteUri.Replace("(", "%28", StringComparison.Ordinal).Replace(")", "%29", StringComparison.Ordinal)})"
            : words;

    /// <summary>One row of a table. Cells are Markdown.</summary>
    public static string Row(params IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |\n";

    /// <summary>A sentence's full stop is not part of what is shown as code.</summary>
    private static string SpanOfWords(string words) =>
        words is [.., not ('.' or ',' or ';'), '.' or ',' or ';'] ? Span(words[..^1]) + words[^1] : Span(words);

    /// <summary>A code span ends at as many backticks as it begins with.</summary>
    private static string Span(string text)
    {
        var fence = new string('`', Backticks().Matches(text).Select(run => run.Length).DefaultIfEmpty(0).Max() + 1);
        var pad = text[0] == '`' || text[^1] == '`' ? " " : "";
        return fence + pad + text + pad + fence;
    }

    private static bool IsPlain(string word) => PlainWord().IsMatch(word) && !ActiveWord().IsMatch(word);

    [GeneratedRegex("`+")]
    private static partial Regex Backticks();

    /// <summary>No character that Markdown could read as markup. Beyond ASCII there is none.</summary>
    [GeneratedRegex("""^[a-zA-Z0-9.,;:()'"%+=/?!_\-\u0080-\uffff]*$""")]
    private static partial Regex PlainWord();

    /// <summary>
    /// Links, emoji shortcodes, references to issues, advisories and commits, and underscores that could begin or end emphasis.
    /// </summary>
    [GeneratedRegex(
        """(?:https?|ftp|mailto|tel|xmpp):|://|www\.|:[\w+\-]+:|\b(?:gh|ghsa|cve)-|\b(?=[0-9a-f]*[a-f])(?=[a-f]*[0-9])[0-9a-f]{7,40}\b|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])""",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ActiveWord();
}
