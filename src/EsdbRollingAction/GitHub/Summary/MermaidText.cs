using System.Globalization;
using System.Text;

namespace EsdbRollingAction.GitHub.Summary;

/// <summary>Names in a diagram.</summary>
internal static class MermaidText
{
    private const string SafePunctuation = " -_.:/()+,";

    /// <summary>The name without what mermaid or the fence around it could read as syntax; such characters show as <c>?</c>.</summary>
    public static string Name(string name, int longest)
    {
        var safe = new StringBuilder();
        foreach (var rune in PlainText.Line(name, longest).EnumerateRunes())
        {
            safe.Append(IsSafe(rune) ? rune.ToString() : "?");
        }

        return safe.Length == 0 ? "?" : safe.ToString();
    }

    private static bool IsSafe(Rune rune) => rune.IsAscii
        ? Rune.IsLetterOrDigit(rune) || SafePunctuation.Contains((char)rune.Value, StringComparison.Ordinal)
        : Rune.IsLetterOrDigit(rune) || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark || rune.Value == '…';
}
