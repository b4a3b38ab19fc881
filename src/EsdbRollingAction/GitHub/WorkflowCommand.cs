namespace EsdbRollingAction.GitHub;

/// <summary>Workflow commands as the runner reads them from a line of output; their texts are escaped by its rules.</summary>
internal static class WorkflowCommand
{
    /// <summary>The runner cuts a longer message.</summary>
    public const int LongestMessage = 4096;

    /// <summary>A check run refuses an annotation with a longer title.</summary>
    private const int LongestTitle = 255;

    public const string EndGroup = "::endgroup::";

    public static string Group(string title) => $"::group::{Data(title)}";

    public static string Debug(string message) => $"::debug::{Data(message)}";

    public static string Notice(string title, string message) => Annotation("notice", title, message);

    public static string Warning(string title, string message) => Annotation("warning", title, message);

    public static string Error(string title, string message) => Annotation("error", title, message);

    private static string Annotation(string command, string title, string message) =>
        $"::{command} title={Property(Cut(title, LongestTitle))}::{Data(Cut(message, LongestMessage))}";

    private static string Data(string text) => text
        .Replace("%", "%25", StringComparison.Ordinal)
        .Replace("\r", "%0D", StringComparison.Ordinal)
        .Replace("\n", "%0A", StringComparison.Ordinal);

    private static string Property(string text) => Data(text)
        .Replace(":", "%3A", StringComparison.Ordinal)
        .Replace(",", "%2C", StringComparison.Ordinal);

    private static string Cut(string text, int longest)
    {
        if (text.Length <= longest)
        {
            return text;
        }

        var end = longest - 1;
        return text[..(char.IsHighSurrogate(text[end - 1]) ? end - 1 : end)] + "…";
    }
}
