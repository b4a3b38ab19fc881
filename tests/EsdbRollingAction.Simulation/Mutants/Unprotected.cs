using EsdbRollingAction.Core.Updating;
using EsdbRollingAction.Simulation.Edges;
using Act = EsdbRollingAction.Core.Updating.Act;

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

    /// <summary>What a run has seen before has no part in its order; no protection of the program, but one that it could have.</summary>
    OrderOfHistory = 8,
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
        decider = without.HasFlag(Protections.OrderOfHistory) ? new OrderOfNames(decider) : decider;
        return without.HasFlag(Protections.SameOrder) ? new OwnOrder(decider, run.SeedsShuffledBy + run.BeganAt.GetHashCode()) : decider;
    }

    /// <summary>Among nodes whose turn is the same it begins with the first by its address, whatever it saw before.</summary>
    private sealed class OrderOfNames(IDecider decider) : IDecider
    {
        public Decision Decide(ClusterUpdate state, Observation seen)
        {
            var nodes = state.EventStoreNodeUpdates.OrderBy(node => node.NodeAddress, StringComparer.Ordinal);
            return decider.Decide(state with { EventStoreNodeUpdates = [.. nodes] }, seen);
        }
    }

    /// <summary>Among nodes whose turn is the same it has an order of its own.</summary>
    private sealed class OwnOrder(IDecider decider, int seed) : IDecider
    {
        public Decision Decide(ClusterUpdate state, Observation seen)
        {
            var nodes = state.EventStoreNodeUpdates.OrderBy(node => new Random(seed ^ node.NodeAddress[^1]).Next());
            return decider.Decide(state with { EventStoreNodeUpdates = [.. nodes] }, seen);
        }
    }

    /// <summary>Stops a node because of what an earlier iteration saw of the others.</summary>
    private sealed class LooksNoMore(IDecider decider) : IDecider
    {
        private static readonly TimeSpan Earlier = TimeSpan.FromSeconds(3);
        private readonly Queue<Observation> looks = [];

        public Decision Decide(ClusterUpdate state, Observation seen)
        {
            looks.Enqueue(seen);
            while (looks.Count > 1 && seen.At - looks.ElementAt(1).At >= Earlier)
            {
                looks.Dequeue();
            }

            var right = decider.Decide(state, seen);
            if (right.Act is not Act.Wait || seen.At - looks.Peek().At < Earlier)
            {
                return right;
            }

            var late = decider.Decide(state, seen with { Cluster = looks.Peek().Cluster });
            return late.Act is Act.StopInstance ? late : right;
        }
    }
}
