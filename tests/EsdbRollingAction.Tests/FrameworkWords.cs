namespace EsdbRollingAction.Tests;

/// <summary>What the framework and the SDK say to programmers, and no person is to read.</summary>
internal static class FrameworkWords
{
    private static readonly string[] Words =
    [
        "EsdbRollingAction.", "System.", "Amazon.", "Exception", "Path: $", "$.", "LineNumber", "BytePositionInLine", "could not be converted",
        "A task was canceled", "The operation was canceled", "see inner exception", "Object reference", "Data at the root level", "invalid start",
    ];

    public static void AssertNoneIn(string text) =>
        Assert.All(Words, word => Assert.DoesNotContain(word, text, StringComparison.OrdinalIgnoreCase));
}
