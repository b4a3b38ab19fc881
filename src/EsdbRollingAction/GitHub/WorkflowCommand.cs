namespace EsdbRollingAction.GitHub;

/// <summary>Workflow commands as the runner reads them from a line of output; their texts are escaped by its rules.</summary>
internal static class WorkflowCommand
{
    public const int LongestMessage = 4096;

    /// <summary>A check run refuses an annotation with a longer title.</summary>
    private const int LongestTitle = 255;

    public const string EndGroup = "::endgroup::";

    public static string Group(string title) => $"::group::{Data(title)}";

    public static string Debug(string message) => $"::debug::{Data(message)}";

    public static string Notice(string title, string message) => Annotation("notice", title, message);

    public static string Warning(string title, string message) => Annotation("warning", title, message);

    public static string Error(string title, string message) => Annotation("error", title, message);

    private static string Annotation(string command, string title, string message)
    {
        var name = Data(Printable.Shorten(title, LongestTitle))
            .Replace(":", "%3A", StringComparison.Ordinal)
            .Replace(",", "%2C", StringComparison.Ordinal);
        return $"::{command} title={name}::{Data(Printable.Shorten(message, LongestMessage))}";
    }

    private static string Data(string text) => text
        .Replace("%", "%25", StringComparison.Ordinal)
        .Replace("\r", "%0D", StringComparison.Ordinal)
        .Replace("\n", "%0A", StringComparison.Ordinal);
}
