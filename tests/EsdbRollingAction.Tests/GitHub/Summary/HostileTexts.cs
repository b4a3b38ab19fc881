using CsCheck;

namespace EsdbRollingAction.Tests.GitHub.Summary;

/// <summary>Texts that try to be more than text.</summary>
internal static class HostileTexts
{
    public static readonly IReadOnlyList<string> All =
    [
        "@octocat", "a@octocat", "@acme/ops", "user@example.com", "#1", "acme/orders#1", "GH-1", "see gh-12", "2b2825f1",
        "https://evil.example", "www.evil.example", "mailto:a@b.c", "[x](https://evil.example)", "![x](https://evil.example/x.png)", "<https://evil.example>",
        "a|b", "||", "|", "\\", "a\\|b", "\\|", "`", "``a`", "a`b``c", "` |", "`|`", "a\r\n\r\n# Owned", "a\n| b | c |", "\n---\n", "---", "***", "_a_", "__init__", "*a*", "~~a~~",
        "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "</details>", "<!-- a", "-->", "&lt;b&gt;", "&#64;octocat",
        ":smile:", ":+1:", "$a$", "$$a$$", "$`a`$", "[^1]", "[ ] task", "> [!NOTE]", "- item", "1. item", "# heading", "=====", "{.class}",
        "a\u202Eb", "a\u200Bb", "\u2066a", "a\u2028b", "\uD800", "a\u0301\u0302\u0303\u0304\u0305\u0306", "\0", "\u001b[31m", "::error::owned", "%%{init: {}}%%", "%% a",
        "section x", "x: done, 1, 2", "a;b", "a#b;c", "#quot;", "```", "~~~", "title x", "click a href \"javascript:x\"", "constructor", "__proto__", "toString", "", " ", "\"", "'", "end", "gantt", "{{a}}",
    ];

    /// <summary>Pieces of them joined at random, and any other text.</summary>
    public static readonly Gen<string> Any = Gen.Frequency(
        (3, Gen.OneOf([.. All]).Array[1, 5].Select(string.Concat)),
        (1, Gen.OneOf([.. All]).Array[1, 5].Select(parts => string.Join(' ', parts))),
        (1, Gen.String["|`\\_*<>[]()!@#$:&~ \n\ta1"]),
        (1, Gen.String));
}
