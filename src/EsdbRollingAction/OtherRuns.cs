using System.Globalization;
using System.Text.Json;
using EsdbRollingAction.Core.Lease;
using EsdbRollingAction.GitHub;

namespace EsdbRollingAction;

/// <summary>What GitHub tells of the other workflow runs of this repository.</summary>
internal sealed class OtherRuns(GitHubContext github, TimeProvider time) : IOtherRuns
{
    /// <summary>What the lease calls this run: its page, or where no page is, its machine and process.</summary>
    public static string NameOfThisOne(GitHubContext github) => LeaseTag.OwnerOf(github is { IsActions: true, RunUrl: { } url }
        ? url
        : string.Create(CultureInfo.InvariantCulture, $"{Environment.MachineName}:{Environment.ProcessId}"));

    public async Task<bool> HasCompletedAsync(string owner, CancellationToken cancellationToken)
    {
        using var api = WorkflowRunOf(owner) is null ? null : GitHubApi.Create(github, time);
        if (api is null)
        {
            return false;
        }

        try
        {
            var answer = await api.GetAsync($"/actions/runs/{WorkflowRunOf(owner)}", cancellationToken);
            return answer.IsSuccess && JsonSerializer.Deserialize(answer.Body, GitHubJson.Default.RunStatus)?.Status == "completed";
        }
        catch (Exception exception) when (exception is NoAnswerException or JsonException)
        {
            return false;
        }
    }

    private string? WorkflowRunOf(string owner)
    {
        var runs = $"{github.ServerUrl.ToString().TrimEnd('/')}/{github.Repository}/actions/runs/";
        var isOurs = github.Repository is not null && owner.StartsWith(runs, StringComparison.Ordinal);
        return isOurs && long.TryParse(owner.AsSpan(runs.Length), NumberStyles.None, CultureInfo.InvariantCulture, out _)
            ? owner[runs.Length..]
            : null;
    }
}
