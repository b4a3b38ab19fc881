using EsdbRollingAction.EndToEnd.Action;
using EsdbRollingAction.Sandbox;

namespace EsdbRollingAction.EndToEnd;

/// <summary>Expectations whose failure shows how it came to that: the end of what was printed, and the file that holds all of it.</summary>
internal static class Require
{
    private const int LinesNamed = 10;

    public static void That(bool holds, ProgramResult result, string? what = null)
    {
        if (!holds)
        {
            Assert.Fail($"{what ?? $"exit code {result.ExitCode}"}\n{Story.Of("program", $"{result.Output}\n{result.Error}")}");
        }
    }

    public static void That(bool holds, ActionResult result, string? what = null)
    {
        if (!holds)
        {
            var steps = string.Join(", ", result.Steps.Select(step => $"{step.Key}: {step.Value.Outcome}"));
            Assert.Fail($"{what ?? $"{result.Conclusion}, {steps}"}\n{Story.Of("job", result.ToString())}");
        }
    }

    public static void That(bool holds, string what, string printed)
    {
        if (!holds)
        {
            Assert.Fail($"{what}\n{Story.Of("output", printed)}");
        }
    }

    /// <summary>The first of them, a line each, and how many more there are.</summary>
    public static string Few<T>(IReadOnlyCollection<T> all) => string.Join(
        '\n', [.. all.Take(LinesNamed).Select(one => $"{one}"), .. all.Count > LinesNamed ? [$"… and {all.Count - LinesNamed} more"] : Array.Empty<string>()]);
}
