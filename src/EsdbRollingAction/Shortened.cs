namespace EsdbRollingAction;

/// <summary>Text from outside that must not push out what is said of it.</summary>
internal static class Shortened
{
    public const int LongestName = 80;

    public static string Name(string name) => To(name, LongestName);

    /// <summary>The text up to so many UTF-16 characters, with an ellipsis when it was longer.</summary>
    public static string To(string text, int longest) => text.Length <= longest ? text : Start(text, longest - 1).TrimEnd() + "…";

    /// <summary>At most so many characters; a character of two halves is not cut in two.</summary>
    public static string Start(string text, int length) => text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];
}
