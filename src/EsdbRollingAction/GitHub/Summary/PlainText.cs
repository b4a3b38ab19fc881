using System.Globalization;
using System.Text;

namespace EsdbRollingAction.GitHub.Summary;

/// <summary>Text from outside as one line of what a person can see: nothing breaks the line, hides, or turns the direction.</summary>
internal static class PlainText
{
    private const int MostMarksOnALetter = 2;

    /// <summary>The text on one line of at most so many characters. Invisible characters show as <c>�</c>, so that none deceives.</summary>
    public static string Line(string? text, int longest)
    {
        var line = new StringBuilder();
        var marks = 0;
        foreach (var rune in (text ?? "").EnumerateRunes())
        {
            if (line.Length > longest)
            {
                break;
            }

            var shown = Shown(rune);
            marks = IsMark(rune) ? marks + 1 : 0;
            if (marks <= MostMarksOnALetter && !(shown.Value == ' ' && EndsWithSpace(line)))
            {
                line.Append(shown);
            }
        }

        return Shorten(line.ToString().TrimEnd(), longest);
    }

    private static bool EndsWithSpace(StringBuilder line) => line.Length == 0 || line[^1] == ' ';

    private static string Shorten(string line, int longest)
    {
        if (line.Length <= longest)
        {
            return line;
        }

        var end = longest - 1;
        return line[..(char.IsHighSurrogate(line[end - 1]) ? end - 1 : end)].TrimEnd() + "…";
    }

    private static Rune Shown(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.Control or UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => new Rune(' '),
        UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned => Rune.ReplacementChar,
        _ => rune,
    };

    private static bool IsMark(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark;
}
