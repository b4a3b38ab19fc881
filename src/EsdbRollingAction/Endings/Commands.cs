namespace EsdbRollingAction.Endings;

/// <summary>What somebody can copy and run. Where a part of it could be anything but one word there is no command.</summary>
internal static class Commands
{
    /// <summary>Runs the jobs of this workflow run again; null outside of GitHub.</summary>
    public static string? Rerun(WorkflowRun? run, bool onlyFailed = true) => run is not { Repository: { } repository } ? null
        : $"gh run rerun {run.Id}{(onlyFailed ? " --failed" : "")} -R {repository}";

    /// <summary>Starts another run, with these inputs.</summary>
    public static string? Start(RunReport report, params (InputName Name, string? Value)[] inputs) => report.WorkflowRun switch
    {
        _ when Array.Exists(inputs, input => !IsWord(input.Value)) => null,
        null => string.Concat(inputs.Select(input => $"{input.Name.Variable}={input.Value} ")) + "esdb-rolling-update",
        { Workflow: { } workflow, Repository: { } repository } =>
            $"gh workflow run {workflow} -R {repository}" + string.Concat(inputs.Select(input => $" -f {input.Name.Name}={input.Value}")),
        _ => null,
    };

    /// <summary>What makes another run carry this one's state on.</summary>
    public static (InputName Name, string? Value) State(RunReport report) => report.WorkflowRun is { Id: var id }
        ? (InputNames.ResumeRunId, $"{id}")
        : (InputNames.StateFile, report.StateFile);

    /// <summary>Whether it can be nothing but a name: no option, no file, no address.</summary>
    public static bool IsName(string? text) =>
        text is { Length: > 0 } && text[0] != '-' && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '-');

    private static bool IsWord(string? text) =>
        text is { Length: > 0 } && text.All(letter => char.IsAsciiLetterOrDigit(letter) || "-_./:".Contains(letter));
}
