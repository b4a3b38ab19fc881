using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.GitHub;

/// <summary>The outputs of the contract, in the file that <c>GITHUB_OUTPUT</c> names; nothing without it.</summary>
internal sealed class Outputs(string? path, Action<string> notice)
{
    private const string StateFile = "state-file";

    private readonly RunnerFile file = new(path, "The outputs", notice);
    private bool isArtifactNamed;

    /// <summary>What the next step needs even if this program is killed: where the state is.</summary>
    public void WriteStateFile(string stateFile) => file.Append(Output(StateFile, stateFile));

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
        var outputs = Of(report)
            .Where(output => output.Name != StateFile)
            .Append((Name: "bring-back", Value: Boolean(report.IsToBringBack)));
        file.Append(string.Concat(outputs.Select(output => Output(output.Name, output.Value))));
    }

    /// <summary>The outputs that users rely on, as they are now.</summary>
    public static IReadOnlyList<(string Name, string Value)> Of(RunReport report) =>
    [
        ("cluster-update-status", $"{report.State?.ClusterUpdateStatus ?? UpdateStatus.Pending}"),
        ("failure-reason", report.Reason),
        ("failed-node", report.Failed?.NodeName ?? ""),
        ("nodes-total", $"{report.NodeCount ?? report.Nodes.Count}"),
        ("nodes-updated", $"{report.Updated}"),
        ("nodes-remaining", $"{report.Remaining}"),
        ("paused-because", report.PausedBecause),
        ("changed", Boolean(report.Changed > 0)),
        (StateFile, report.StateFile ?? ""),
        ("plan-digest", report.State?.PlanDigest ?? ""),
        ("checks-noted", string.Join(' ', report.ChecksNoted)),
        ("resumable", Boolean(report.IsResumable)),
    ];

    /// <summary>A value may hold anything, so it ends at a word that it cannot know.</summary>
    private static string Output(string name, string value)
    {
        var end = Guid.NewGuid().ToString("N");
        return $"{name}<<{end}\n{value}\n{end}\n";
    }

    private static string Boolean(bool value) => value ? "true" : "false";
}
