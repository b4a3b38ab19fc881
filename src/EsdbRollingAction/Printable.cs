using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace EsdbRollingAction;

/// <summary>Text from outside (names, error texts) as one line that cannot be anything but text.</summary>
internal static partial class Printable
{
    /// <summary>The text on one line, without control, bidirectional or invisible characters, and no workflow command.</summary>
    public static string Line(string text)
    {
        var line = string.Concat(text.EnumerateRunes().Select(rune => IsShown(rune) ? rune : new Rune(' ')));
        return CommandUpToItsLastCharacter().Replace(line, "$0 ");
    }

    private static bool IsShown(Rune rune) => Rune.GetUnicodeCategory(rune)
        is not (UnicodeCategory.Control
        or UnicodeCategory.Format
        or UnicodeCategory.LineSeparator
        or UnicodeCategory.ParagraphSeparator);

    /// <summary>
    /// The runner takes <c>::</c> at the beginning of a line, after white space, and <c>##[</c> anywhere as a command. It searches by
    /// culture and so skips characters that have no weight, any of which is beyond ASCII.
    /// </summary>
    [GeneratedRegex(@"^[\s\u0080-\uffff]*:[\u0080-\uffff]*(?=:)|#[\u0080-\uffff]*#[\u0080-\uffff]*(?=\[)")]
    private static partial Regex CommandUpToItsLastCharacter();
}
