namespace EsdbRollingAction.Sandbox.Model;

/// <content>What nodes know of each other.</content>
public sealed partial class Cluster
{
    private IReadOnlyList<Member> MembersSeenBy(Node node) =>
        [.. Nodes.Select(other => other == node ? Own(node) : node.Views[other].Member)];

    internal Member Own(Node node) => new(
        node.Name,
        node.InstanceId,
        world.Now,
        node.State,
        IsAlive: true,
        node.Address,
        node.Port,
        node.ReportsCheckpoint ? node.Log(world.Now) : 0,
        node.Epoch,
        node.ShownPriority,
        node.IsReadOnlyReplica)
    {
        EsVersion = node.RunningVersion,
    };

    /// <summary>A process that has just started knows only the addresses of the others.</summary>
    private void ForgetPeers(Node node)
    {
        foreach (var other in Nodes.Where(other => other != node))
        {
            var stranger = new Member(
                other.Name, Guid.Empty, world.Now, VNodeState.Manager, true, other.Address, other.Port, -1, -1, 0, false);
            var view = node.Views[other] = new PeerView { Member = stranger };
            Listen(node, other, view, world.Between(0.1, 0.6));
        }
    }

    private void KnowPeers(Node node)
    {
        foreach (var other in Nodes.Where(other => other != node))
        {
            var view = node.Views[other] = new PeerView { Member = Own(other) with { IsAlive = other.IsUp }, SeenAlive = other.InstanceId };
            Listen(node, other, view, world.Between(0.1, timings.GossipStaleness));
        }
    }

    /// <summary>For as long as the process lives. Nothing happens as often as this: what is done again and again is made once.</summary>
    private void Listen(Node node, Node other, PeerView view, double after)
    {
        var life = node.InstanceId;
        Action listen = null!;
        listen = () =>
        {
            if (node.InstanceId == life && node.IsUp)
            {
                world.Unseen(Hear(view, other), listen);
            }
        };
        world.Unseen(after, listen);
    }

    /// <summary>
    /// Takes over what the other says. Of one that came back, first only that it is alive, and not what it runs. Returns when to listen
    /// again.
    /// </summary>
    private double Hear(PeerView view, Node other)
    {
        if (!other.IsUp)
        {
            view.Member = view.Member with { IsAlive = false };
        }
        else if (!view.Member.IsAlive && view.SeenAlive != other.InstanceId)
        {
            view.Member = view.Member with { IsAlive = true, EsVersion = ServerVersions.NotTold };
            view.SeenAlive = other.InstanceId;
            return world.Between(0.2, timings.GossipStaleness / 2);
        }
        else
        {
            view.Member = Own(other);
            view.SeenAlive = other.InstanceId;
        }

        return world.Between(timings.GossipStaleness / 4, timings.GossipStaleness);
    }
}
