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

    /// <summary>The file name of the workflow; null where it is not one of this repository.</summary>
    public required string? Workflow { get; init; }

    /// <summary>The page of the action that tells what to do when; null where the action does not know its repository.</summary>
    public required string? Manual { get; init; }
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

    /// <summary>The repository, as <c>gh</c> takes it from any machine.</summary>
    public string? RepositoryForGh =>
        Repository is null || ServerUrl.Host == "github.com" ? Repository : $"{ServerUrl.Host}/{Repository}";

    public static GitHubContext Read(Func<string, string?> variable, string? token = null)
    {
        var repository = variable("GITHUB_REPOSITORY");
        return new GitHubContext
        {
            IsActions = variable("GITHUB_ACTIONS") == "true",
            ApiUrl = HttpAddress.Parse(variable("GITHUB_API_URL")) ?? new Uri("https://api.github.com"),
            ServerUrl = HttpAddress.Parse(variable("GITHUB_SERVER_URL")) ?? new Uri("https://github.com"),
            Repository = OwnerAndName.IsMatch(repository ?? "") ? repository : null,
            Workflow = WorkflowIn(variable("GITHUB_WORKFLOW_REF"), repository),
            Manual = ManualOf(variable("ACTION_REPOSITORY"), variable("ACTION_REF"), variable("GITHUB_SERVER_URL")),
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

    /// <summary>A workflow that an organisation requires is of another repository, and cannot be started from this one.</summary>
    private static string? WorkflowIn(string? reference, string? repository) =>
        WorkflowFile.Match(reference ?? "") is { Success: true } match && match.Groups[1].Value == repository
            ? match.Groups[2].Value
            : null;

    private static string? ManualOf(string? repository, string? reference, string? server) =>
        OwnerAndName.IsMatch(repository ?? "") && GitReference.IsMatch(reference ?? "") && HttpAddress.Parse(server) is { } address
            ? $"{address.ToString().TrimEnd('/')}/{repository}/blob/{reference}/README.md#what-to-do-when"
            : null;

    [GeneratedRegex(@"\A(.+)/\.github/workflows/([A-Za-z0-9_.-]+)@")]
    private static partial Regex WorkflowFile { get; }

    [GeneratedRegex(@"\A[A-Za-z0-9_./-]+\z")]
    private static partial Regex GitReference { get; }

    [GeneratedRegex(@"\A(?!\.+/)[A-Za-z0-9_.-]+/(?!\.+\z)[A-Za-z0-9_.-]+\z")]
    private static partial Regex OwnerAndName { get; }

    private static long? Number(string? text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : null;
}
