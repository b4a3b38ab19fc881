using EsdbRollingAction.Sandbox.Measures;
using EsdbRollingAction.Sandbox.Model;

namespace EsdbRollingAction.Sandbox.Refereeing;

/// <summary>
/// Since when something is true of each node, and so whether the program could know it: what was so when it last asked the
/// node itself, it could know; what has become so since, nobody could.
/// </summary>
internal sealed class Knowledge(ModelWorld model, ClusterHealth health)
{
    /// <summary>In real time. An answer that is older tells nothing any more: the program should have asked again.</summary>
    private static readonly TimeSpan LongestBetweenAskingAndActing = TimeSpan.FromSeconds(3);

    private readonly Dictionary<Node, TimeSpan> leadingSince = [];
    private readonly Dictionary<Node, TimeSpan> notLevelSince = [];
    private readonly Dictionary<Node, TimeSpan> doneSince = [];

    public bool IsLeading(Node node) => CouldBeKnown(node, leadingSince);

    public bool IsNotLevel(Node node) => CouldBeKnown(node, notLevelSince);

    public bool IsDone(Node node) => CouldBeKnown(node, doneSince);

    public void Look()
    {
        foreach (var node in health.Nodes)
        {
            var isLevel = health.IsRunning(node) && node.IsUp && health.IsLevel(node);
            Set(leadingSince, node, node == health.Cluster.Leading);
            Set(notLevelSince, node, !isLevel);
            Set(doneSince, node, isLevel && !health.IsPending(node));
        }
    }

    private void Set(Dictionary<Node, TimeSpan> since, Node node, bool isSo)
    {
        if (!isSo)
        {
            since.Remove(node);
            return;
        }

        since.TryAdd(node, model.World.Now);
    }

    private bool CouldBeKnown(Node node, Dictionary<Node, TimeSpan> facts) => facts.TryGetValue(node, out var since)
        && (since <= node.AskedAt || model.World.ToReal(model.World.Now - node.AskedAt) > LongestBetweenAskingAndActing);
}
