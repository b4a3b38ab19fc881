namespace EsdbRollingAction.Log;

/// <summary>What the reader of the log understands besides text.</summary>
internal sealed record LogStyle(bool WorkflowCommands = false, bool Colours = false, bool ErrorColours = false, bool Debugs = false)
{
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
