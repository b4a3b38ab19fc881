using EsdbRollingAction.Core.Capacity;
using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Instances;
using EsdbRollingAction.Core.Lease;
using EsdbRollingAction.Core.Planning;
using EsdbRollingAction.Core.Preflight;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.Strategies;

namespace EsdbRollingAction.Core.State;

/// <summary>Where the state is remembered. A write is all or nothing, whatever instant the program is killed at.</summary>
public interface IStateStore
{
    /// <summary>Writes the state.</summary>
    /// <exception cref="RollingUpdateException"><see cref="FailureReason.InvalidInput"/>: it cannot be written.</exception>
    void Write(ClusterUpdate state);
}
