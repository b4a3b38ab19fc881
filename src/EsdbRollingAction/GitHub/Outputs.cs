using System.Globalization;
using System.Text;
using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Updating;

namespace EsdbRollingAction.GitHub;

/// <summary>The outputs of the contract, in the file that <c>GITHUB_OUTPUT</c> names; nothing without it.</summary>
internal sealed class Outputs(string? path)
{
    /// <summary>Where the state is kept, once the inputs said so.</summary>
    public string? StateFile { get; set; }

    /// <summary>How many nodes this update stopped and changed.</summary>
    public static int ChangedNodes(ClusterUpdate state) => state.EventStoreNodeUpdates.Count(node => node.ChangeRequestedAt is not null);

    public void Write(ClusterUpdate? state, FailureReason? failure)
    {
        if (string.IsNullOrEmpty(path))
        {
            return;
        }

        var nodes = state?.EventStoreNodeUpdates ?? [];
        var failed = nodes.FirstOrDefault(node => node.NodeUpdateStatus == UpdateStatus.Failed)?.NodeName;
        var unfinished = state is not null && state.ClusterUpdateStatus != UpdateStatus.Success;
        var text = new StringBuilder();
        Append(text, "cluster-update-status", (state?.ClusterUpdateStatus ?? UpdateStatus.Pending).ToString());
        Append(text, "failure-reason", failure is { } reason ? ExitCode.NameOf(reason) : "");
        Append(text, "failed-node", failed ?? "");
        Append(text, "nodes-total", Number(nodes.Count));
        Append(text, "nodes-updated", Number(nodes.Count(node => node.NodeUpdateStatus == UpdateStatus.Success)));
        Append(text, "changed", state is not null && ChangedNodes(state) > 0 ? "true" : "false");
        Append(text, "state-file", StateFile ?? "");
        Append(text, "resumable", unfinished ? "true" : "false");
        File.AppendAllText(path, text.ToString());
    }

    /// <summary>A value may hold anything, so its end is marked by a word that it cannot know.</summary>
    private static void Append(StringBuilder text, string name, string value)
    {
        var end = Guid.NewGuid().ToString("N");
        text.Append(CultureInfo.InvariantCulture, $"{name}<<{end}\n{value}\n{end}\n");
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
