using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.GitHub;

/// <summary>The outputs of the contract, in the file that <c>GITHUB_OUTPUT</c> names; nothing without it.</summary>
internal sealed class Outputs(string? path, Action<string> notice)
{
    private readonly RunnerFile file = new(path, "The outputs", notice);
    private bool isArtifactNamed;

    /// <summary>What the next step needs even if this program is killed: where the state is.</summary>
    public void WriteStateFile(string stateFile) => file.Append(Output("state-file", stateFile));

    /// <summary>
    /// What the next step shall call the artifact, once, as soon as there is a state to go on from: also for a program that is killed.
    /// </summary>
    public void WriteStateArtifact(RunReport report)
    {
        if (!isArtifactNamed && report.StateArtifact is { } name)
        {
            isArtifactNamed = true;
            file.Append(Output("state-artifact", name));
        }
    }

    public void Write(RunReport report)
    {
        WriteStateArtifact(report);
        file.Append(string.Concat(
        [
            Output("cluster-update-status", $"{report.State?.ClusterUpdateStatus ?? UpdateStatus.Pending}"),
            Output("failure-reason", report.Reason),
            Output("failed-node", report.Failed?.NodeName ?? ""),
            Output("nodes-total", $"{report.NodeCount ?? report.Nodes.Count}"),
            Output("nodes-updated", $"{report.Updated}"),
            Output("nodes-remaining", $"{report.Remaining}"),
            Output("paused-because", report.PausedBecause),
            Output("changed", Boolean(report.Changed > 0)),
            Output("plan-digest", report.State?.PlanDigest ?? ""),
            Output("checks-noted", string.Join(' ', report.ChecksNoted)),
            Output("resumable", Boolean(report.IsResumable)),
            Output("bring-back", Boolean(report.IsToBringBack)),
        ]));
    }

    /// <summary>A value may hold anything, so it ends at a word that it cannot know.</summary>
    private static string Output(string name, string value)
    {
        var end = Guid.NewGuid().ToString("N");
        return $"{name}<<{end}\n{value}\n{end}\n";
    }

    private static string Boolean(bool value) => value ? "true" : "false";
}
