using System.Globalization;
using System.Text;
using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Capacity;
using EsdbRollingAction.Core.Lease;
using EsdbRollingAction.Core.Planning;
using EsdbRollingAction.Core.Preflight;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Strategies;

namespace EsdbRollingAction.GitHub;

/// <summary>The outputs of the contract, in the file that <c>GITHUB_OUTPUT</c> names; nothing without it.</summary>
/// <param name="path">The file, or null.</param>
/// <param name="notice">Told when it cannot be written: outputs are no reason to leave a cluster in the middle of a roll.</param>
internal sealed class Outputs(string? path, Action<string> notice)
{
    private bool isArtifactNamed;

    /// <summary>What the next step needs even if this program is killed: where the state is.</summary>
    public void WriteStateFile(string stateFile) => Write([("state-file", stateFile)]);

    /// <summary>
    /// What the next step shall call the artifact, once, as soon as there is a state to go on from: also for a program that is killed.
    /// </summary>
    public void WriteStateArtifact(RunReport report)
    {
        if (!isArtifactNamed && report.StateArtifact is { } name)
        {
            isArtifactNamed = true;
            Write([("state-artifact", name)]);
        }
    }

    /// <summary>How it ended.</summary>
    public void Write(RunReport report)
    {
        WriteStateArtifact(report);
        var state = report.State;
        var nodes = state?.EventStoreNodeUpdates ?? [];
        Write(
        [
            ("cluster-update-status", (state?.ClusterUpdateStatus ?? UpdateStatus.Pending).ToString()),
            ("failure-reason", report.End?.Reason is { } reason ? ExitCode.NameOf(reason) : ""),
            ("failed-node", nodes.FirstOrDefault(node => node.NodeUpdateStatus == UpdateStatus.Failed)?.NodeName ?? ""),
            ("nodes-total", Number(report.NodeCount ?? nodes.Count)),
            ("nodes-updated", Number(state is null ? 0 : RunEnds.Updated(state))),
            ("changed", Boolean(state is not null && RunEnds.Changed(state) > 0)),
            ("plan-digest", state?.PlanDigest ?? ""),
            ("resumable", Boolean(report.IsResumable)),
            ("bring-back", Boolean(report.IsToBringBack)),
        ]);
    }

    private void Write(IEnumerable<(string Name, string Value)> outputs)
    {
        if (string.IsNullOrEmpty(path))
        {
            return;
        }

        try
        {
            File.AppendAllText(path, outputs.Aggregate(new StringBuilder(), Append).ToString());
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            notice($"The outputs could not be written: {exception.Message}");
        }
    }

    /// <summary>A value may hold anything, so its end is marked by a word that it cannot know.</summary>
    private static StringBuilder Append(StringBuilder text, (string Name, string Value) output)
    {
        var end = Guid.NewGuid().ToString("N");
        return text.Append(CultureInfo.InvariantCulture, $"{output.Name}<<{end}\n{output.Value}\n{end}\n");
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Boolean(bool value) => value ? "true" : "false";
}
