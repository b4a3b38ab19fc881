using EsdbRollingAction.Core.Capacity;
using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Instances;
using EsdbRollingAction.Core.Lease;
using EsdbRollingAction.Core.Planning;
using EsdbRollingAction.Core.Preflight;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Strategies;

namespace EsdbRollingAction.Core.Rolling;

/// <summary>Decides the one next act.</summary>
public interface IDecider
{
    /// <summary>Decides from a snapshot alone: no I/O, no clock but the snapshot's.</summary>
    Decision Decide(ClusterSnapshot cluster);
}
