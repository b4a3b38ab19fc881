using System.Globalization;
using System.Text.Json;
using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Capacity;
using EsdbRollingAction.Core.Lease;
using EsdbRollingAction.Core.Planning;
using EsdbRollingAction.Core.Preflight;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Strategies;
using EsdbRollingAction.GitHub;

namespace EsdbRollingAction;

/// <summary>Whether another run lives: GitHub tells of workflow runs of this repository, the machine of its own processes.</summary>
internal sealed class OtherRuns(GitHubContext github, TimeProvider time) : IOtherRuns
{
    /// <summary>What marks call this run: its page, or its process. Every attempt of a workflow run is the same run: they follow each other.</summary>
    public static string NameOfThisOne(GitHubContext github) => github is { IsActions: true, RunUrl: { } url } ? NodeMark.NameOf(url) : RunningProcess.ThisOne().ToString();

    public async Task<bool?> IsAliveAsync(string run, CancellationToken cancellationToken) =>
        RunningProcess.Parse(run) is { } process ? process.IsAlive()
        : WorkflowRunOf(run) is { } id ? await IsWorkflowRunAliveAsync(id, cancellationToken)
        : null;

    private long? WorkflowRunOf(string run)
    {
        var runs = $"{github.ServerUrl.ToString().TrimEnd('/')}/{github.Repository}/actions/runs/";
        return github.Repository is not null && run.StartsWith(runs, StringComparison.Ordinal)
            && long.TryParse(run.AsSpan(runs.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;
    }

    private async Task<bool?> IsWorkflowRunAliveAsync(long id, CancellationToken cancellationToken)
    {
        using var api = GitHubApi.Create(github, time);
        if (api is null)
        {
            return null;
        }

        try
        {
            var answer = await api.GetAsync(string.Create(CultureInfo.InvariantCulture, $"/actions/runs/{id}"), cancellationToken);
            var status = answer.IsSuccess ? JsonSerializer.Deserialize(answer.Body, GitHubJson.Default.RunStatus)?.Status : null;
            return status is null ? null : status != "completed";
        }
        catch (Exception exception) when (exception is NoAnswerException or JsonException)
        {
            return null;
        }
    }
}
