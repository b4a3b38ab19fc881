using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Core.Rolling;

/// <summary>Decides the one next act.</summary>
public interface IDecider
{
    /// <summary>Decides from a snapshot alone: no I/O, no clock but the snapshot's.</summary>
    Decision Decide(ClusterSnapshot cluster);

    /// <summary>The first decision that is acted upon: what an observation settles is decided upon before anything is done.</summary>
    /// <param name="cluster">The snapshot.</param>
    /// <param name="again">The snapshot of the state that what was observed has led to.</param>
    /// <exception cref="InvalidOperationException">What was observed is reconsidered again and again.</exception>
    (ClusterSnapshot Cluster, Decision Decision) Settle(ClusterSnapshot cluster, Func<ClusterUpdate, ClusterSnapshot> again)
    {
        var decision = Decide(cluster);
        for (var times = 0; decision.Act is Act.Reconsider; times++)
        {
            // More often than there are nodes to be done, and with a report rather than with none.
            if (times > 1000)
            {
                throw new InvalidOperationException($"Nothing can be decided: {decision.Why}, again and again.");
            }

            cluster = again(decision.State);
            decision = Decide(cluster);
        }

        return (cluster, decision);
    }
}
