using System.Text.RegularExpressions;

namespace EsdbRollingAction.Tests;

/// <summary>The pages that people read: README, what is in docs, and the others of the repository.</summary>
internal static partial class Pages
{
    private static readonly string[] NotOurs = ["bin", "obj", "node_modules", "artifacts", "TestResults"];

    /// <summary>The repository's folder.</summary>
    public static string Root { get; } = Above(AppContext.BaseDirectory).First(folder => File.Exists(Path.Combine(folder, "EsdbRollingAction.sln")));

    /// <summary>Every page, as its path from the repository's folder.</summary>
    public static IEnumerable<string> All => Directory.EnumerateFiles(Root, "*.md", SearchOption.AllDirectories)
        .Select(page => Path.GetRelativePath(Root, page))
        .Where(page => !page.Split(Path.DirectorySeparatorChar).Intersect(NotOurs).Any());

    public static string Read(string page) => File.ReadAllText(Path.Combine(Root, page));

    /// <summary>The rows of the table behind a marker, without the two rows of its head.</summary>
    public static IEnumerable<string> Rows(string page, string marker)
    {
        var text = Read(page);
        var start = text.IndexOf($"<!-- {marker}: checked against ", StringComparison.Ordinal);
        Assert.True(start >= 0, $"{page} has no table '{marker}'.");
        return text[start..].Split('\n').Skip(3).TakeWhile(line => line.StartsWith('|'));
    }

    /// <summary>What GitHub makes of the headings: the names behind a <c>#</c>.</summary>
    public static IEnumerable<string> Anchors(string page) => Heading().Matches(WithoutCode(Read(page)))
        .Select(heading => Unnamed().Replace(Link().Replace(heading.Groups[1].Value.Trim(), "$1").ToLowerInvariant(), "").Replace(' ', '-'))
        .CountBy(anchor => anchor)
        .SelectMany(anchor => Enumerable.Range(0, anchor.Value).Select(index => index == 0 ? anchor.Key : $"{anchor.Key}-{index}"));

    /// <summary>The targets of the links and pictures that stay in the repository.</summary>
    public static IEnumerable<string> Links(string page) => Link().Matches(WithoutCode(Read(page)))
        .Select(link => link.Groups[2].Value)
        .Where(target => !target.Contains("://", StringComparison.Ordinal));

    private static string WithoutCode(string text) => Code().Replace(text, "");

    private static IEnumerable<string> Above(string folder)
    {
        for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent)
        {
            yield return at.FullName;
        }
    }

    [GeneratedRegex("^#+ (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex Unnamed();

    [GeneratedRegex(@"\[([^\]]*)\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("^ *```.*?^ *```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Code();
}
