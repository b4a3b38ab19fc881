namespace EsdbRollingAction.Sandbox.Model;

/// <summary>Disturbs the cluster once, while the first node is away.</summary>
internal sealed class FaultInjector(World world, Cluster cluster, Faults faults) : IWitness
{
    private const double LeaderMovesAfter = 20;
    private const double FollowerCrashesAfter = 35;
    private const double LeaderIsScavengedAfter = 25;
    private bool done;

    public void BeforeAct(Act act)
    {
        if (done || act.Kind is not (ActKind.Stop or ActKind.Reboot or ActKind.Command))
        {
            return;
        }

        done = true;
        if (faults.LeaderMoves)
        {
            world.After(LeaderMovesAfter, () => cluster.MoveLeadership());
        }

        if (faults.AutoScavengeResigns)
        {
            world.After(LeaderIsScavengedAfter, ScavengeTheLeader);
        }

        if (faults.FollowerCrashes)
        {
            world.After(FollowerCrashesAfter, CrashFollower);
        }
    }

    public void AfterChange()
    {
    }

    private void ScavengeTheLeader()
    {
        cluster.ScavengeTheLeader();
        world.After(LeaderIsScavengedAfter, ScavengeTheLeader);
    }

    private void CrashFollower()
    {
        var follower = cluster.Voters.FirstOrDefault(node => node.State == VNodeState.Follower && node.IsUp);
        if (follower is not null)
        {
            cluster.Crash(follower.Name);
        }
    }
}
