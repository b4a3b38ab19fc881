using System.Text.RegularExpressions;
using Markdig;
using Markdig.Extensions.EmphasisExtras;
using Markdig.Extensions.Tables;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace EsdbRollingAction.Tests.GitHub.Summary;

/// <summary>A summary as a reader of GitHub Flavoured Markdown sees it.</summary>
internal sealed partial class ParsedSummary(string markdown)
{
    private static readonly MarkdownPipeline Flavour = new MarkdownPipelineBuilder()
        .UsePipeTables().UseAutoLinks().UseEmphasisExtras(EmphasisExtraOptions.Strikethrough).UseTaskLists().UseFootnotes().UseMathematics().UseAlertBlocks()
        .UseEmojiAndSmiley(enableSmileys: false)
        .Build();

    private readonly MarkdownDocument document = Markdig.Markdown.Parse(markdown, Flavour);

    public static string Html(string markdown) => Markdig.Markdown.ToHtml(markdown, Flavour);

    public IReadOnlyList<string> Headings => [.. document.Descendants<HeadingBlock>().Select(heading => Text(heading.Inline))];

    /// <summary>The tables, as rows of cells; the first row is the header.</summary>
    public IReadOnlyList<IReadOnlyList<IReadOnlyList<string>>> Tables =>
        [.. document.Descendants<Table>().Select(table => table.OfType<TableRow>()
            .Select(row => (IReadOnlyList<string>)[.. row.OfType<TableCell>().Select(Text)]).ToList())];

    public IReadOnlyList<string> Paragraphs => [.. document.Descendants<ParagraphBlock>().Select(paragraph => Text(paragraph.Inline))];

    public IReadOnlyList<string> ListItems => [.. document.Descendants<ListItemBlock>().Select(Text)];

    public IReadOnlyList<string> Links => [.. document.Descendants<LinkInline>().Select(link => link.Url ?? "")];

    public IReadOnlyList<string> Diagrams =>
        [.. document.Descendants<FencedCodeBlock>().Where(code => code.Info == "mermaid").Select(code => code.Lines.ToString())];

    /// <summary>What can be copied and run.</summary>
    public IReadOnlyList<string> Commands =>
        [.. document.Descendants<FencedCodeBlock>().Where(code => code.Info == "sh").Select(code => code.Lines.ToString())];

    /// <summary>Everything but text, code, tables, headings and lists: what only markup of our own may make.</summary>
    public IReadOnlyList<string> Markup =>
    [
        .. document.Descendants<Inline>()
            .Where(inline => inline is not (LiteralInline or CodeInline or ContainerInline or LineBreakInline) || inline is LinkInline or EmphasisInline)
            .Select(inline => $"{inline.GetType().Name}: {inline}"),
        .. document.Descendants<HtmlBlock>().Select(html => $"HTML: {html.Lines}"),
    ];

    /// <summary>Text outside of code that GitHub, after parsing, would turn into a mention, a reference, a link, an emoji or mathematics.</summary>
    public IReadOnlyList<string> TurnedByGitHub =>
        [.. document.Descendants<LeafBlock>().Where(block => block.Inline is not null)
            .Select(block => string.Concat(block.Inline!.Descendants().Select(inline => inline switch
            {
                LiteralInline literal => literal.Content.ToString(),
                CodeInline => "\0",
                _ => "",
            })))
            .SelectMany(text => Turned().Matches(text)).Select(match => match.Value)];

    private static string Text(Block block) => string.Concat(block.Descendants<LeafBlock>().Select(leaf => Text(leaf.Inline)));

    private static string Text(ContainerInline? inlines) => string.Concat((inlines?.Descendants() ?? []).Select(inline => inline switch
    {
        LiteralInline literal => literal.Content.ToString(),
        CodeInline code => code.Content,
        LineBreakInline => "\n",
        _ => "",
    }));

    [GeneratedRegex("""@\w|#\d|\bgh-\d|://|www\.|:(?!\d\d:)[a-z0-9_+-]+:|\$|\[\^|<|&\w+;""", RegexOptions.IgnoreCase)]
    private static partial Regex Turned();
}
