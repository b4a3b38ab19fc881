using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Strategies;

namespace EsdbRollingAction.Core.Rolling;

/// <summary>What <see cref="Decider"/> made of a snapshot.</summary>
/// <param name="State">The state with what was derived from the observation.</param>
/// <param name="Node">The node it is about, or null.</param>
/// <param name="Act">The one next act.</param>
/// <param name="Why">The reason: a clause, without a full stop.</param>
public sealed record Decision(ClusterUpdate State, NodeUpdate? Node, Act Act, string Why)
{
    /// <inheritdoc cref="Decision(ClusterUpdate, NodeUpdate?, Act, string)" path="/param[@name='Why']"/>
    public string Why { get; init => field = Sentence.Clause(value); } = Sentence.Clause(Why);

    /// <summary>The safety rule that holds the node back, or null.</summary>
    public string? Rule { get; init; }

    /// <summary>Whether what is waited for has a time of its own.</summary>
    public bool CountsNoIteration { get; init; }

    /// <summary>Whether the iteration does not count towards the node's limit: it waits for an alarm, or is slow and gets on.</summary>
    public bool SparesTheLimit { get; init; }

    /// <summary>When the wait ends if what is waited for does not come, as far as that can be told; null where nothing ends it.</summary>
    public DateTimeOffset? GivesUpAt { get; init; }

    /// <summary>How far the node is behind the leader while it catches up, in bytes, or null.</summary>
    public long? BytesBehind { get; init; }

    /// <summary>Which voters are up, or null where nobody looked.</summary>
    public VotersUp? Voters { get; init; }

    /// <summary>That fewer voters are alive than a majority, or null.</summary>
    public LostQuorum? LostQuorum { get; init; }

    /// <summary>
    /// The node as it is when the act is refused: a step is remembered before it is asked for. Null where the act leaves no such trace.
    /// </summary>
    public NodeUpdate? Unasked { get; init; }

    /// <summary>The state when the act was not asked for, or is refused.</summary>
    internal ClusterUpdate WithoutAsking => Unasked is { } node ? State.With(node) : State;

    /// <summary>What every node is now, for people.</summary>
    public IReadOnlyList<NodeView> Now { get; init; } = [];

    /// <summary>Whether nothing is begun any more, as in <see cref="ClusterSnapshot.IsEnding"/>.</summary>
    public bool IsEnding { get; init; }

    /// <summary>The node does this, in this phase.</summary>
    internal static Decision Do(NodeView node, ClusterSnapshot cluster, NodePhase phase, Doing what) =>
        Of(InPhase(node.Entry, phase, cluster, null), cluster, what.Act, what.Why);

    /// <summary>The node does a step of its change, which is remembered before it is asked for.</summary>
    internal static Decision Do(NodeView node, ClusterSnapshot cluster, ChangeStep step, string why)
    {
        var what = new Doing(new Act.ChangeInstance(step), why);
        var begun = Do(node with { Entry = step.Begin(node) }, cluster, step.Phase, what);
        var before = step.TakesNodeDown ? NodePhase.Waiting : step.Phase;
        return begun with { Unasked = InPhase(node.Entry, before, cluster, null) };
    }

    /// <summary>The node waits in this phase.</summary>
    internal static Decision Wait(NodeView node, ClusterSnapshot cluster, NodePhase phase, Awaiting what) =>
        Of(InPhase(node.Entry, phase, cluster, what), cluster, new Act.Wait(what.For), what.Why) with { Rule = what.Rule };

    /// <summary>The state has changed by what was observed.</summary>
    internal static Decision Reconsider(NodeUpdate node, ClusterSnapshot cluster, string why) =>
        new(cluster.State.With(node), node, new Act.Reconsider(), why);

    private static Decision Of(NodeUpdate node, ClusterSnapshot cluster, Act act, string why) =>
        new(cluster.State.With(node), node, act, why);

    /// <summary>A node that has failed stays so, whatever is still done for it.</summary>
    private static NodeUpdate InPhase(NodeUpdate node, NodePhase phase, ClusterSnapshot cluster, Awaiting? what) => node.IsDone
        ? node
        : node.InPhase(phase, what?.Why, cluster.At, what?.Rule) with
        {
            NodeUpdateStatus = UpdateStatus.InProgress,
            StartedAt = node.StartedAt ?? cluster.At,
        };
}

/// <summary>An act, and why it is done.</summary>
/// <param name="Act">The act.</param>
/// <param name="Why">The reason: a clause.</param>
internal readonly record struct Doing(Act Act, string Why);

/// <summary>What a node waits for, and why.</summary>
/// <param name="For">What is probed meanwhile.</param>
/// <param name="Why">The reason: a clause.</param>
/// <param name="Rule">The safety rule that does not hold, or null.</param>
internal readonly record struct Awaiting(Awaited For, string Why, string? Rule = null);
