using System.Globalization;
using System.Text;

namespace EsdbRollingAction;

/// <summary>Text from outside (names, error texts) as one line that cannot be anything but text.</summary>
internal static class Printable
{
    /// <summary>The text on one line, without control, bidirectional or invisible characters, and no workflow command.</summary>
    public static string Line(string text)
    {
        var line = new StringBuilder(text.Length);

        // A search that goes by a culture skips characters that have no weight; only the ASCII ones between them count.
        var ascii = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            var shown = IsShown(rune) ? rune : new Rune(' ');
            if (CompletesCommand(ascii, shown))
            {
                line.Append(' ');
                ascii.Append(' ');
            }

            line.Append(shown.ToString());
            if (shown.IsAscii && (ascii.Length > 0 || !Rune.IsWhiteSpace(shown)))
            {
                ascii.Append((char)shown.Value);
            }
        }

        return line.ToString();
    }

    /// <summary>The runner takes <c>::</c> at the beginning of a line, after white space, and <c>##[</c> anywhere as a command.</summary>
    private static bool CompletesCommand(StringBuilder before, Rune next) => next.Value switch
    {
        ':' => before is { Length: 1 } && before[0] == ':',
        '[' => before.Length >= 2 && before[^1] == '#' && before[^2] == '#',
        _ => false,
    };

    private static bool IsShown(Rune rune) => Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control
        or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
