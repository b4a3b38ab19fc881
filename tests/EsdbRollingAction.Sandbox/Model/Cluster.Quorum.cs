namespace EsdbRollingAction.Sandbox.Model;

/// <content>Whether the leader has its majority, and what it does without.</content>
public sealed partial class Cluster
{
    private TimeSpan? shortSince;

    /// <summary>An event can be committed.</summary>
    internal bool IsWritable => Leading?.State == VNodeState.Leader && LevelVoters >= Majority;

    private int LevelVoters => Voters.Count(node => node.IsUp && (node == Leading || node is { IsInSync: true, State: VNodeState.Follower }));

    private void WatchQuorum()
    {
        if (Leading is null)
        {
            return;
        }

        if (LevelVoters < Majority)
        {
            shortSince ??= world.Now;
            After(Leading, timings.QuorumTolerance, GiveUpIfShort);
            return;
        }

        shortSince = null;
        if (Leading.State == VNodeState.PreLeader)
        {
            Lead(Leading);
        }
    }

    /// <summary>A leader gives up; one that was only elected waits for the voters that are on their way.</summary>
    private void GiveUpIfShort()
    {
        var tolerance = TimeSpan.FromSeconds(timings.QuorumTolerance);
        if (Leading is null || shortSince is not { } since || world.Now - since < tolerance)
        {
            return;
        }

        var onTheWay = Voters.Count(node => node is { HasJoined: true, IsHealthy: true } && !IsTooOld(node));
        if (Leading.State == VNodeState.PreLeader && onTheWay >= Majority)
        {
            After(Leading, timings.QuorumTolerance, GiveUpIfShort);
            return;
        }

        LoseLeader(resigned: null, favourite: null);
    }
}
