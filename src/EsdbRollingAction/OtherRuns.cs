using System.Globalization;
using System.Text.Json;
using EsdbRollingAction.Core.Lease;
using EsdbRollingAction.GitHub;

namespace EsdbRollingAction;

/// <summary>What GitHub tells of the other workflow runs of this repository.</summary>
internal sealed class OtherRuns(GitHubContext github, TimeProvider time) : IOtherRuns
{
    /// <summary>What the lease calls this run: its page, or where no page is, its machine and process.</summary>
    public static string NameOfThisOne(GitHubContext github)
    {
        var process = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        var page = github.IsActions ? github.RunUrl : null;
        return LeaseTag.OwnerOf(page ?? $"{Environment.MachineName}:{process}");
    }

    public async Task<bool> HasCompletedAsync(string owner, CancellationToken cancellationToken)
    {
        var run = WorkflowRunOf(owner);
        using var api = run is null ? null : GitHubApi.Create(github, time);
        if (api is null)
        {
            return false;
        }

        try
        {
            var answer = await api.GetAsync($"/actions/runs/{run}", cancellationToken);
            return answer.IsSuccess && StatusIn(answer) == "completed";
        }
        catch (Exception exception) when (exception is NoAnswerException or JsonException)
        {
            return false;
        }
    }

    private static string? StatusIn(BearerAnswer answer) =>
        JsonSerializer.Deserialize(answer.Body, GitHubJson.Default.RunStatus)?.Status;

    /// <summary>The id of a workflow run of this repository, or null when the owner is none.</summary>
    private string? WorkflowRunOf(string owner)
    {
        var server = github.ServerUrl.ToString().TrimEnd('/');
        var runs = $"{server}/{github.Repository}/actions/runs/";
        if (github.Repository is null || !owner.StartsWith(runs, StringComparison.Ordinal))
        {
            return null;
        }

        var id = owner[runs.Length..];
        var isId = long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out _);
        return isId ? id : null;
    }
}
