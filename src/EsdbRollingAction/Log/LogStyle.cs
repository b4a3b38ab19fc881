namespace EsdbRollingAction.Log;

/// <summary>What the reader of the log understands besides text.</summary>
/// <param name="WorkflowCommands">Whether a runner reads it: groups and annotations.</param>
/// <param name="Colours">Whether standard output shows ANSI colours.</param>
/// <param name="ErrorColours">Whether standard error does.</param>
/// <param name="Debugs">Whether every decision is shown.</param>
internal sealed record LogStyle(bool WorkflowCommands = false, bool Colours = false, bool ErrorColours = false, bool Debugs = false)
{
    /// <param name="variable">The environment.</param>
    /// <param name="outputIsTerminal">Whether a person sees standard output as it comes.</param>
    /// <param name="errorIsTerminal">Whether a person sees standard error as it comes.</param>
    public static LogStyle From(Func<string, string?> variable, bool outputIsTerminal, bool errorIsTerminal)
    {
        var onGitHub = variable("GITHUB_ACTIONS") == "true";
        var mayColour = string.IsNullOrEmpty(variable("NO_COLOR")) && variable("TERM") != "dumb";
        return new LogStyle
        {
            WorkflowCommands = onGitHub,
            Colours = mayColour && (onGitHub || outputIsTerminal),
            ErrorColours = mayColour && (onGitHub || errorIsTerminal),
            Debugs = onGitHub && variable("RUNNER_DEBUG") == "1",
        };
    }
}
