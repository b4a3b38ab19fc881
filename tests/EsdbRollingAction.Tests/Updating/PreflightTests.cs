using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Instances;
using EsdbRollingAction.Core.Updating;

namespace EsdbRollingAction.Tests.Updating;

public sealed class PreflightTests : IDisposable
{
    private readonly ServiceFixture roll = new();

    public void Dispose() => roll.Dispose();

    [Fact]
    public async Task A_cluster_that_does_not_answer_is_asked_three_times_and_then_left()
    {
        roll.Picture.Nodes.ForEach(node => node.Answers = false);

        await Refused(FailureReason.ClusterUnreachable, "refused the connection");
    }

    [Fact]
    public async Task Denied_administration_is_refused_before_anything_is_changed()
    {
        roll.Cluster.Denies = true;

        await Refused(FailureReason.PreflightRefused, "$admins or $ops");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_cluster_that_cannot_spare_a_voter_is_refused(int size)
    {
        roll.Picture.ClusterSize = size;

        await Refused(FailureReason.PreflightRefused, "cannot spare one");
    }

    [Fact]
    public async Task A_node_without_an_instance_is_refused()
    {
        roll.Picture["follower1"].InstanceShown = false;

        await Refused(FailureReason.PreflightRefused, "follower1.test");
    }

    [Fact]
    public async Task A_state_that_names_a_stranger_is_refused() =>
        await Refused(FailureReason.InvalidInput, "'stranger'", Knows(new NodeUpdate { NodeName = "stranger" }));

    [Fact]
    public async Task A_state_that_claims_another_instance_is_refused() =>
        await Refused(
            FailureReason.InvalidInput, "lives on i-follower2",
            Knows(new NodeUpdate { NodeName = "follower1", NodeAddress = "follower1.test", NodePort = 2113, Ec2InstanceId = "i-follower2" }));

    [Fact]
    public async Task A_dead_node_that_gossip_forgot_is_still_known_by_its_instance()
    {
        var forgotten = new PicturedNode("forgotten", NodeState.Follower) { InstanceState = InstanceState.Stopped };
        roll.Picture.ClusterSize = 4;
        roll.Picture.Hidden.Add(forgotten);
        var state = Knows(new NodeUpdate
        {
            NodeName = "forgotten",
            NodeAddress = "forgotten.test",
            NodePort = 2113,
            NodeType = NodeType.Follower,
            Ec2InstanceId = "i-forgotten",
            StopRequestedAt = roll.Time.GetUtcNow().AddHours(-1),
        });

        await roll.RunAsync(state, oneIteration: true);

        Assert.Equal(["type t2.xlarge i-forgotten"], roll.Instances.Asked);
    }

    [Fact]
    public async Task A_node_that_the_state_calls_done_and_a_person_changed_back_is_worked_on_again()
    {
        var state = Knows(new NodeUpdate { NodeName = "replica", NodeAddress = "replica.test", NodePort = 2113, NodeUpdateStatus = UpdateStatus.Success });

        await roll.RunAsync(state, oneIteration: true);

        Assert.Equal(["stop i-replica"], roll.Instances.Asked);
    }

    [Fact]
    public async Task Nodes_are_named_by_their_name_tags()
    {
        var end = await roll.RunAsync();

        Assert.Equal(["follower1", "follower2", "leader", "replica"], end.EventStoreNodeUpdates.Select(node => node.NodeName).Order());
        Assert.All(end.EventStoreNodeUpdates, node => Assert.Equal("t2.large", node.OriginalInstanceType));
    }

    private static ClusterUpdate Knows(NodeUpdate node) => ServiceFixture.Begin() with { EventStoreNodeUpdates = [node] };

    private async Task Refused(FailureReason reason, string said, ClusterUpdate? state = null)
    {
        var refused = await Assert.ThrowsAsync<RollingUpdateException>(() => roll.RunAsync(state));

        Assert.Equal(reason, refused.Reason);
        Assert.Contains(said, refused.Message, StringComparison.Ordinal);
        Assert.Empty(roll.Instances.Asked);
        Assert.Empty(roll.Cluster.Asked);
        Assert.Null(roll.File.Read());
    }
}
