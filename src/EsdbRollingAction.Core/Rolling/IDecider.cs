namespace EsdbRollingAction.Core.Rolling;

/// <summary>Decides the one next act.</summary>
public interface IDecider
{
    /// <summary>Decides from a snapshot alone: no I/O, no clock but the snapshot's.</summary>
    Decision Decide(ClusterSnapshot cluster);
}
