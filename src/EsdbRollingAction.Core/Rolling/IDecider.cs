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
    (ClusterSnapshot Cluster, Decision Decision) Settle(ClusterSnapshot cluster, Func<ClusterUpdate, ClusterSnapshot> again)
    {
        var decision = Decide(cluster);
        return decision.Act is Act.Reconsider ? Settle(again(decision.State), again) : (cluster, decision);
    }
}
