namespace EsdbRollingAction;

/// <summary>Text from outside that must not push out what is said of it.</summary>
internal static class Shortened
{
    /// <summary>Of a name, in UTF-16 characters.</summary>
    public const int LongestName = 80;

    public static string Name(string name) => To(name, LongestName);

    /// <summary>The beginning of the text, with an ellipsis, when it is longer.</summary>
    public static string To(string text, int longest)
    {
        if (text.Length <= longest)
        {
            return text;
        }

        var end = longest - 1;
        return text[..(char.IsHighSurrogate(text[end - 1]) ? end - 1 : end)] + "…";
    }
}
