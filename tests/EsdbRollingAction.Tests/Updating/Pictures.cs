using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Ec2;

namespace EsdbRollingAction.Tests.Updating;

/// <summary>A picture for everything that can be wrong with one node, and some for what can be wrong with several.</summary>
internal static class Pictures
{
    public static IEnumerable<Picture> All()
    {
        yield return Picture.OfFour();
        foreach (var name in new[] { "leader", "follower1", "replica" })
        {
            foreach (var change in Changes())
            {
                var picture = Picture.OfFour();
                change(picture, picture[name]);
                yield return picture;
            }
        }

        foreach (var change in new Action<Picture>[]
        {
            picture => picture.ClusterSize = 5,
            picture => picture.ClusterSize = 1,
            picture => picture.SeenOnce = true,
            picture => picture["follower1"].State = NodeState.Leader,
            picture => picture.Updated("replica"),
            picture => picture.Updated("replica", "follower1", "follower2"),
            picture => picture.Updated("replica", "follower1", "follower2", "leader"),
            picture => picture.Nodes.Add(new PicturedNode("replica2", NodeState.ReadOnlyReplica) { Checkpoint = 1 }),
            picture => picture.Nodes.ForEach(node => node.GoesDown()),
            picture => picture.Nodes.ForEach(node => node.SeesAsLeader = node.Endpoint),
        })
        {
            var picture = Picture.OfFour();
            change(picture);
            yield return picture;
        }
    }

    private static IEnumerable<Action<Picture, PicturedNode>> Changes() =>
    [
        .. Enum.GetValues<NodeState>().Select(state => (Action<Picture, PicturedNode>)((_, node) => node.State = state)),
        .. Enum.GetValues<InstanceState>().Select(state => (Action<Picture, PicturedNode>)((_, node) => node.InstanceState = state)),
        (_, node) => node.GoesDown(),
        (_, node) => node.Answers = false,
        (_, node) => node.SeenAlive = false,
        (_, node) => node.IsLive = false,
        (_, node) => node.InstanceShown = false,
        (_, node) => node.Checkpoint -= 100_000_000,
        (_, node) => (node.InstanceType, node.State) = (Picture.Target, NodeState.CatchingUp),
        (picture, node) =>
        {
            node.GoesDown();
            picture.SilentFor = TimeSpan.FromMinutes(2);
        },
    ];
}
