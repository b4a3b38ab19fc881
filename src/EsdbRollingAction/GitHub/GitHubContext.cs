using System.Globalization;
using System.Text.RegularExpressions;

namespace EsdbRollingAction.GitHub;

/// <summary>Where the program runs, as the runner's variables tell. Everything is empty outside of GitHub Actions.</summary>
internal sealed partial record GitHubContext
{
    public required bool IsActions { get; init; }

    /// <summary>The REST API; on GitHub Enterprise Server it has a path.</summary>
    public required Uri ApiUrl { get; init; }
    public required Uri ServerUrl { get; init; }

    /// <summary><c>owner/name</c>, or null when there is none that can stand in a URL.</summary>
    public required string? Repository { get; init; }
    public required long? RunId { get; init; }

    /// <summary>The first one is 1.</summary>
    public required int RunAttempt { get; init; }
    public required string? Sha { get; init; }
    public required string? Job { get; init; }
    public required string? StepSummary { get; init; }
    public required string? Output { get; init; }

    /// <summary>The input <c>github-token</c>. Never shown.</summary>
    public string? Token { get; init; }

    public string? RunUrl => Repository is null || RunId is null
        ? null
        : $"{ServerUrl.ToString().TrimEnd('/')}/{Repository}/actions/runs/{RunId}";

    public static GitHubContext Read(Func<string, string?> variable, string? token = null)
    {
        var repository = variable("GITHUB_REPOSITORY");
        return new GitHubContext
        {
            IsActions = variable("GITHUB_ACTIONS") == "true",
            ApiUrl = HttpAddress.Parse(variable("GITHUB_API_URL")) ?? new Uri("https://api.github.com"),
            ServerUrl = HttpAddress.Parse(variable("GITHUB_SERVER_URL")) ?? new Uri("https://github.com"),
            Repository = OwnerAndName.IsMatch(repository ?? "") ? repository : null,
            RunId = Number(variable("GITHUB_RUN_ID")),
            RunAttempt = (int?)Number(variable("GITHUB_RUN_ATTEMPT")) ?? 1,
            Sha = variable("GITHUB_SHA"),
            Job = variable("GITHUB_JOB"),
            StepSummary = variable("GITHUB_STEP_SUMMARY"),
            Output = variable("GITHUB_OUTPUT"),
            Token = string.IsNullOrWhiteSpace(token) ? null : token.Trim(),
        };
    }

    /// <summary>Names the run; never the token.</summary>
    public override string ToString() => $"{nameof(GitHubContext)} {{ {Repository}, run {RunId}, attempt {RunAttempt} }}";

    [GeneratedRegex(@"\A(?!\.+/)[A-Za-z0-9_.-]+/(?!\.+\z)[A-Za-z0-9_.-]+\z")]
    private static partial Regex OwnerAndName { get; }

    private static long? Number(string? text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : null;
}
