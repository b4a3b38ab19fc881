namespace EsdbRollingAction;

/// <summary>Tells whether two texts say the same.</summary>
internal static class Wording
{
    /// <summary>A wait is the same one while only its numbers change.</summary>
    public static string WithoutNumbers(string text) => string.Concat(text.Where(letter => !char.IsAsciiDigit(letter)));
}
