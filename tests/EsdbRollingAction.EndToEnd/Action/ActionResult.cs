namespace EsdbRollingAction.EndToEnd.Action;

/// <summary>How a step ended.</summary>
/// <param name="Outcome"><c>success</c>, <c>failure</c>, <c>cancelled</c> or <c>skipped</c>.</param>
/// <param name="Outputs">What it wrote to <c>GITHUB_OUTPUT</c>.</param>
/// <param name="ExitCode">Of its process, if it is one.</param>
/// <param name="Summary">What it wrote to <c>GITHUB_STEP_SUMMARY</c>.</param>
/// <param name="EndedBy">The signal that its process ended after, when the job was cancelled: <c>INT</c>, <c>TERM</c> or <c>KILL</c>.</param>
internal sealed record StepResult(
    string Outcome, IReadOnlyDictionary<string, string> Outputs, int? ExitCode = null, string Summary = "", string? EndedBy = null)
{
    public static readonly StepResult Skipped = new("skipped", new Dictionary<string, string>(StringComparer.Ordinal));
}

/// <summary>How one use of the action ended, as the rest of the job sees it.</summary>
/// <param name="Conclusion"><c>success</c>, <c>failure</c> or <c>cancelled</c>.</param>
/// <param name="Outputs">The action's outputs.</param>
/// <param name="Steps">The steps that have an id.</param>
/// <param name="Log">What a person reads.</param>
internal sealed record ActionResult(
    string Conclusion, IReadOnlyDictionary<string, string> Outputs, IReadOnlyDictionary<string, StepResult> Steps, JobLog Log)
{
    /// <summary>The job summary, as all steps together wrote it.</summary>
    public string Summary { get; init; } = "";

    public override string ToString() => $"{Conclusion}\n{Log}";
}
