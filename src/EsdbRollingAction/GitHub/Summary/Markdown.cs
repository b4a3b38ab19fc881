using System.Text.RegularExpressions;

namespace EsdbRollingAction.GitHub.Summary;

/// <summary>
/// GitHub Flavoured Markdown in which text from outside stays text. Backslashes would not do: GitHub looks for mentions, issues,
/// emoji and links in what was rendered. So words that could be anything else are shown as code, where nothing is looked for.
/// </summary>
internal static partial class Markdown
{
    public const int LongestText = 300;

    public static string Name(string? name) => Text(name, Printable.LongestName);

    /// <summary>Text for the middle of a line or a cell. No colon may follow: with one in the text it could make an emoji.</summary>
    public static string Text(string? text, int longest = LongestText)
    {
        var words = PlainText.Line(text, longest).Split(' ');
        return string.Join(' ', words.Select(word => BetweenPipes(word, Word)));
    }

    /// <summary>The same, where pages of the server that this page is of are links.</summary>
    public static string TextWithPages(string text, int longest, string? page)
    {
        var server = HttpAddress.Parse(page)?.GetLeftPart(UriPartial.Authority) + "/";
        var words = PlainText.Line(text, longest).Split(' ');
        return string.Join(' ', words.Select(word => IsPage(word, server) ? Page(word, server) : BetweenPipes(word, Word)));
    }

    private static bool IsPage(string word, string server) =>
        server.Length > 1 && word.StartsWith(server, StringComparison.Ordinal) && PathOfAPage().IsMatch(word[server.Length..]);

    private static string Page(string word, string server)
    {
        var address = word.TrimEnd('.', ',', ';');
        return Link(address[server.Length..], address) + word[address.Length..];
    }

    /// <summary>A link with words of ours; only the words when the address is no page.</summary>
    public static string Link(string words, string address)
    {
        if (HttpAddress.Parse(address) is not { } uri)
        {
            return words;
        }

        var escaped = uri.AbsoluteUri.Replace("(", "%28", StringComparison.Ordinal).Replace(")", "%29", StringComparison.Ordinal);
        return $"[{words}]({escaped})";
    }

    public static string Row(params IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |\n";

    /// <summary>A table; nothing where there is no row.</summary>
    /// <param name="heads">The heads of its columns.</param>
    /// <param name="rules">The lines under them, which align their columns.</param>
    /// <param name="rows">The cells of its rows.</param>
    public static string Table(IEnumerable<string> heads, IEnumerable<string> rules, IEnumerable<IEnumerable<string>> rows)
    {
        var body = string.Concat(rows.Select(cells => Row(cells)));
        return body.Length == 0 ? "" : $"{Row(heads)}|{string.Join('|', rules)}|\n{body}\n";
    }

    /// <summary>What is seen only by who asks for it; nothing where there is none.</summary>
    public static string Folded(string summary, string body) =>
        body.Length == 0 ? "" : $"<details><summary>{summary}</summary>\n\n{body}</details>\n\n";

    /// <summary>A pipe ends a cell, even in code: it stands between spans.</summary>
    private static string BetweenPipes(string text, Func<string, string> shown) => string.Join("\\|", text.Split('|').Select(shown));

    private static string Word(string word)
    {
        if (PlainWord().IsMatch(word) && !ActiveWord().IsMatch(word))
        {
            return word;
        }

        // The full stop of a sentence is not part of what is shown as code, nor is a bracket that ends there.
        var code = word.Contains('(', StringComparison.Ordinal) ? word.TrimEnd('.', ',', ';') : word.TrimEnd('.', ',', ';', ')');
        return Span(code) + word[code.Length..];
    }

    /// <summary>A code span ends at as many backticks as it begins with.</summary>
    private static string Span(string text)
    {
        var code = text.Trim();
        if (code.Length == 0)
        {
            return "";
        }

        var longestRun = Backticks().Matches(code).Select(run => run.Length).DefaultIfEmpty(0).Max();
        var fence = new string('`', longestRun + 1);
        var pad = code[0] == '`' || code[^1] == '`' ? " " : "";
        return fence + pad + code + pad + fence;
    }

    [GeneratedRegex(@"^[a-zA-Z0-9/.-]+[.,;]?$")]
    private static partial Regex PathOfAPage();

    [GeneratedRegex("`+")]
    private static partial Regex Backticks();

    /// <summary>No character that Markdown could read as markup. Beyond ASCII there is none.</summary>
    [GeneratedRegex("""^[a-zA-Z0-9.,;:()'"%+=/?!_\-\u0080-\uffff]*$""")]
    private static partial Regex PlainWord();

    /// <summary>
    /// Links, emoji shortcodes, references to issues, advisories and commits, and underscores that could begin or end emphasis.
    /// </summary>
    [GeneratedRegex(
        """
        (?:https?|ftp|mailto|tel|xmpp):
        | ://
        | www\.
        | :[\w+\-]+:
        | \b(?:gh|ghsa|cve)-
        | \b(?=[0-9a-f]*[a-f])(?=[a-f]*[0-9])[0-9a-f]{7,40}\b
        | (?<![\p{L}\p{N}])_
        | _(?![\p{L}\p{N}])
        """,
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex ActiveWord();
}
