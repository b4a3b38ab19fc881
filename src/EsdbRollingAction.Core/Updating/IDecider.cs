namespace EsdbRollingAction.Core.Updating;

/// <summary>Decides the one next act. Pure: the same state and observation give the same decision.</summary>
public interface IDecider
{
    /// <summary>The next act, and the state with what was derived.</summary>
    Decision Decide(ClusterUpdate state, Observation seen);
}
