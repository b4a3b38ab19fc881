using EsdbRollingAction.Core.Planning;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.Strategies;
using EsdbRollingAction.Simulation.Edges;
using Act = EsdbRollingAction.Core.Rolling.Act;

namespace EsdbRollingAction.Simulation.Mutants;

/// <summary>What keeps two runs from taking two voters down at once.</summary>
[Flags]
internal enum Protections
{
    None = 0,

    /// <summary>One run holds the lock.</summary>
    Lock = 1,

    /// <summary>All runs begin with the same node.</summary>
    SameOrder = 2,

    /// <summary>Every other voter is looked at right before a stop.</summary>
    FreshLook = 4,
}

/// <summary>A program without some of what keeps two runs apart.</summary>
/// <param name="without">What it is without.</param>
internal sealed class Unprotected(Protections without) : Mutant
{
    public override bool HasLock => !without.HasFlag(Protections.Lock);

    public override bool NeedsOtherRuns => !HasLock;

    public override IDecider Decider(IDecider decider, Run run)
    {
        decider = without.HasFlag(Protections.FreshLook) ? new LooksNoMore(decider) : decider;
        return without.HasFlag(Protections.SameOrder) ? new OwnOrder(decider, run.SeedsShuffledBy + run.BeganAt.GetHashCode()) : decider;
    }

    /// <summary>Among nodes whose turn is the same it has an order of its own.</summary>
    private sealed class OwnOrder(IDecider decider, int seed) : IDecider
    {
        public Decision Decide(ClusterSnapshot cluster)
        {
            var shuffled = cluster.Nodes.OrderBy(node => new Random(seed ^ node.Entry.NodeAddress[^1]).Next());
            return decider.Decide(cluster with { Nodes = [.. shuffled.OrderBy(node => UpdateOrder.Rank(node.Entry, cluster.At))] });
        }
    }

    /// <summary>Stops a node because of what an earlier iteration saw of the others.</summary>
    private sealed class LooksNoMore(IDecider decider) : IDecider
    {
        private static readonly TimeSpan Earlier = TimeSpan.FromSeconds(3);
        private readonly Queue<Observation> looks = [];

        public Decision Decide(ClusterSnapshot cluster)
        {
            looks.Enqueue(cluster.Seen);
            while (looks.Count > 1 && cluster.At - looks.ElementAt(1).At >= Earlier)
            {
                looks.Dequeue();
            }

            var right = decider.Decide(cluster);
            if (right.Act is not Act.Wait || cluster.At - looks.Peek().At < Earlier)
            {
                return right;
            }

            var seen = cluster.Seen with { Cluster = looks.Peek().Cluster };
            var late = decider.Decide(new SnapshotBuilder(cluster.Strategy, cluster.Settings).Build(cluster.State, seen));
            return late.Act is Act.ChangeInstance { Step: StopStep } ? late : right;
        }
    }
}
