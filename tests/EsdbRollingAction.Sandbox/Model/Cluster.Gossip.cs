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
        node.Priority,
        node.IsReadOnlyReplica);

    /// <summary>A process that has just started knows only the addresses of the others.</summary>
    private void ForgetPeers(Node node)
    {
        foreach (var other in Nodes.Where(other => other != node))
        {
            var stranger = new Member(
                other.Name, Guid.Empty, world.Now, VNodeState.Manager, true, other.Address, other.Port, -1, -1, 0, false);
            node.Views[other] = new PeerView(stranger, Guid.Empty);
            Listen(node, other, node.InstanceId, world.Between(0.1, 0.6));
        }
    }

    private void KnowPeers(Node node)
    {
        foreach (var other in Nodes.Where(other => other != node))
        {
            node.Views[other] = new PeerView(Own(other), other.InstanceId);
            Listen(node, other, node.InstanceId, world.Between(0.1, timings.GossipStaleness));
        }
    }

    /// <summary>For as long as the process lives. Nothing happens as often as this: what is done again and again is made once.</summary>
    private void Listen(Node node, Node other, Guid life, double after)
    {
        Action listen = null!;
        listen = () =>
        {
            if (node.InstanceId == life && node.IsUp)
            {
                world.Unseen(Hear(node, other), listen);
            }
        };
        world.Unseen(after, listen);
    }

    /// <summary>Takes over what the other says. Of one that came back, first only that it is alive. Returns when to listen again.</summary>
    private double Hear(Node node, Node other)
    {
        var view = node.Views[other];
        if (!other.IsUp)
        {
            node.Views[other] = view with { Member = view.Member with { IsAlive = false } };
        }
        else if (!view.Member.IsAlive && view.SeenAlive != other.InstanceId)
        {
            node.Views[other] = new PeerView(view.Member with { IsAlive = true }, other.InstanceId);
            return world.Between(0.2, timings.GossipStaleness / 2);
        }
        else
        {
            node.Views[other] = new PeerView(Own(other), other.InstanceId);
        }

        return world.Between(timings.GossipStaleness / 4, timings.GossipStaleness);
    }
}
