using EsdbRollingAction.EndToEnd.Action;
using EsdbRollingAction.Sandbox;

namespace EsdbRollingAction.EndToEnd;

/// <summary>Expectations whose failure shows how it came to that: the end of what was printed, and the file that holds all of it.</summary>
internal static class Require
{
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
            Assert.Fail($"{what ?? $"{result.Conclusion}, {string.Join(", ", result.Steps.Select(step => $"{step.Key}: {step.Value.Outcome}"))}"}\n{Story.Of("job", result.ToString())}");
        }
    }
}
