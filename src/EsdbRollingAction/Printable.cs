using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace EsdbRollingAction;

/// <summary>Text from outside (names, error texts) as one line that cannot be anything but text.</summary>
internal static partial class Printable
{
    public const int LongestName = 80;

    /// <summary>The text on one line, without control, bidirectional or invisible characters, and no workflow command.</summary>
    public static string Line(string text)
    {
        var line = string.Concat(text.EnumerateRunes().Select(rune => IsShown(rune) ? rune : new Rune(' ')));
        return CommandUpToItsLastCharacter().Replace(line, "$0 ");
    }

    public static string ShortName(string name) => Shorten(name, LongestName);

    /// <summary>The text up to so many UTF-16 characters, with an ellipsis when it was longer.</summary>
    public static string Shorten(string text, int longest) => text.Length <= longest ? text : Start(text, longest - 1).TrimEnd() + "…";

    /// <summary>A character of two halves is not cut in two.</summary>
    public static string Start(string text, int length)
    {
        var isCutInTwo = char.IsHighSurrogate(text[length - 1]);
        return text[..(isCutInTwo ? length - 1 : length)];
    }

    /// <summary>A wait is the same one while only its numbers change.</summary>
    public static string WithoutNumbers(string text) => string.Concat(text.Where(letter => !char.IsAsciiDigit(letter)));

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
