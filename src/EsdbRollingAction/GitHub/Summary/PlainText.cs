using System.Globalization;
using System.Text;

namespace EsdbRollingAction.GitHub.Summary;

/// <summary>Text from outside as one line of what a person can see: nothing breaks the line, hides, or turns the direction.</summary>
internal static class PlainText
{
    private const int MostMarksOnALetter = 2;

    /// <summary>
    /// The text on one line of at most so many characters. Invisible characters show as <c>�</c>, so that none deceives.
    /// </summary>
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
            var isSecondSpace = shown.Value == ' ' && line is [.., ' '] or [];
            marks = IsMark(rune) ? marks + 1 : 0;
            if (marks <= MostMarksOnALetter && !isSecondSpace)
            {
                line.Append(shown);
            }
        }

        return Printable.Shorten(line.ToString().TrimEnd(), longest);
    }

    private static Rune Shown(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.Control or UnicodeCategory.SpaceSeparator => new Rune(' '),
        UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => new Rune(' '),
        UnicodeCategory.Format or UnicodeCategory.Surrogate => Rune.ReplacementChar,
        UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned => Rune.ReplacementChar,
        _ => rune,
    };

    private static bool IsMark(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark;
}
