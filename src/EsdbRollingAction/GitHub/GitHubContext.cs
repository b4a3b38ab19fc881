using System.Globalization;
using System.Text.RegularExpressions;

namespace EsdbRollingAction.GitHub;

/// <summary>Where the program runs, as the runner's variables tell. Everything is empty outside of GitHub Actions.</summary>
internal sealed partial record GitHubContext
{
    /// <summary>Whether this is a step of a workflow.</summary>
    public required bool IsActions { get; init; }

    /// <summary>The REST API, without a slash at its end; on GitHub Enterprise Server it has a path.</summary>
    public required Uri ApiUrl { get; init; }

    /// <summary>Where people look, without a slash at its end.</summary>
    public required Uri ServerUrl { get; init; }

    /// <summary><c>owner/name</c>, or null when there is none that can stand in a URL.</summary>
    public required string? Repository { get; init; }

    public required long? RunId { get; init; }

    /// <summary>The first one is 1.</summary>
    public required int RunAttempt { get; init; }

    public required string? Sha { get; init; }

    public required string? Job { get; init; }

    /// <summary>The file of the job summary.</summary>
    public required string? StepSummary { get; init; }

    /// <summary>The file of the outputs.</summary>
    public required string? Output { get; init; }

    /// <summary>Whether somebody asked for debug logging.</summary>
    public required bool Debug { get; init; }

    /// <summary>The input <c>github-token</c>. Never shown.</summary>
    public string? Token { get; init; }

    /// <summary>The page of the workflow run, or null.</summary>
    public string? RunUrl =>
        Repository is not null && RunId is { } id ? $"{ServerUrl.ToString().TrimEnd('/')}/{Repository}/actions/runs/{id}" : null;

    /// <param name="variable">Reads an environment variable.</param>
    /// <param name="token">The input <c>github-token</c>, if there is one.</param>
    public static GitHubContext Read(Func<string, string?> variable, string? token = null)
    {
        string? Text(string name) => variable(name)?.Trim() is { Length: > 0 } text ? text : null;

        return new GitHubContext
        {
            IsActions = Text("GITHUB_ACTIONS") == "true",
            ApiUrl = Address(Text("GITHUB_API_URL"), "https://api.github.com"),
            ServerUrl = Address(Text("GITHUB_SERVER_URL"), "https://github.com"),
            Repository = Text("GITHUB_REPOSITORY") is { } repository && OwnerAndName.IsMatch(repository) ? repository : null,
            RunId = Number(Text("GITHUB_RUN_ID")),
            RunAttempt = (int)(Number(Text("GITHUB_RUN_ATTEMPT")) is { } attempt and <= int.MaxValue ? attempt : 1),
            Sha = Text("GITHUB_SHA"),
            Job = Text("GITHUB_JOB"),
            StepSummary = Text("GITHUB_STEP_SUMMARY"),
            Output = Text("GITHUB_OUTPUT"),
            Debug = Text("RUNNER_DEBUG") == "1",
            Token = string.IsNullOrWhiteSpace(token) ? null : token.Trim(),
        };
    }

    /// <summary>Names the run; never the token.</summary>
    public override string ToString() => $"{nameof(GitHubContext)} {{ {Repository}, run {RunId}, attempt {RunAttempt} }}";

    [GeneratedRegex(@"\A(?!\.+/)[A-Za-z0-9_.-]+/(?!\.+\z)[A-Za-z0-9_.-]+\z")]
    private static partial Regex OwnerAndName { get; }

    private static Uri Address(string? text, string otherwise) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp)
            ? uri
            : new Uri(otherwise);

    private static long? Number(string? text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : null;
}
