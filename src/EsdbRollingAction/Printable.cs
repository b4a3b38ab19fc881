namespace EsdbRollingAction;

/// <summary>Text from outside (names, error texts) as one line that cannot be anything but text.</summary>
internal static class Printable
{
    /// <summary>The text on one line, without control characters.</summary>
    public static string Line(string text) =>
        string.Create(text.Length, text, (line, source) =>
        {
            for (var index = 0; index < line.Length; index++)
            {
                line[index] = char.IsControl(source[index]) || source[index] is '\u2028' or '\u2029' ? ' ' : source[index];
            }
        });
}
