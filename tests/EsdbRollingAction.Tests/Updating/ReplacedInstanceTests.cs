using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Tests.Updating;

/// <summary>Instances are replaced and addresses change between two runs: only a node that was begun is held to its instance.</summary>
public sealed class ReplacedInstanceTests : IDisposable
{
    private readonly ServiceFixture roll = new();

    public void Dispose() => roll.Dispose();

    [Theory]
    [InlineData(UpdateStatus.Pending)]
    [InlineData(UpdateStatus.InProgress)]
    public async Task A_node_that_was_never_begun_is_on_the_instance_that_is_observed(UpdateStatus status)
    {
        var begun = Begun("follower2", node => node with
        {
            NodeUpdateStatus = status,
            NodeUpdateStatusDetail = nameof(NodePhase.Waiting),
            UpdateIterations = 7,
        });
        (roll.Picture["follower2"].Ec2Id, roll.Picture["follower2"].InstanceType) = ("i-new", "m5.large");

        var end = await roll.RunAsync(begun);

        var node = end.EventStoreNodeUpdates.Single(node => node.NodeName == "follower2");
        Assert.Equal((UpdateStatus.Success, "i-new", "m5.large"), (node.NodeUpdateStatus, node.Ec2InstanceId, node.OriginalInstanceType));
        Assert.Equal("follower2 is on i-new now, and was on i-follower2. The state follows what is observed", Note());
    }

    [Fact]
    public async Task A_node_that_was_never_begun_is_at_the_address_that_is_observed()
    {
        var end = await roll.RunAsync(Begun("follower2", node => node with { NodeAddress = "formerly.test" }));

        Assert.Equal("follower2.test", end.EventStoreNodeUpdates.Single(node => node.NodeName == "follower2").NodeAddress);
        Assert.StartsWith("follower2 is at follower2.test:2113 now, and was at formerly.test:2113", Note(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_nodes_that_were_never_begun_may_have_changed_places()
    {
        var begun = Begun("follower1", node => node with { Ec2InstanceId = "i-follower2" });
        begun = begun.With(begun.EventStoreNodeUpdates.Single(node => node.NodeName == "follower2") with { Ec2InstanceId = "i-follower1" });

        var end = await roll.RunAsync(begun);

        Assert.Equal((UpdateStatus.Success, 4), (end.ClusterUpdateStatus, end.EventStoreNodeUpdates.Count));
        Assert.All(end.EventStoreNodeUpdates, node => Assert.Equal($"i-{node.NodeName}", node.Ec2InstanceId));
    }

    [Fact]
    public async Task A_name_and_an_instance_that_are_two_nodes_are_refused()
    {
        var begun = Begun("follower1", node => node with { NodeAddress = "", Ec2InstanceId = "i-follower2" });

        var refusal = await Assert.ThrowsAsync<RollingUpdateException>(() => roll.RunAsync(
            begun with { EventStoreNodeUpdates = [begun.EventStoreNodeUpdates.Single(node => node.NodeName == "follower1")] }));

        Assert.Equal(FailureReason.InvalidInput, refusal.Reason);
        Assert.Contains("follower1 lives on i-follower2, which is another node's", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_that_was_never_begun_and_has_gone_with_its_instance_leaves_the_state()
    {
        var begun = Begun("replica", node => node with { NodeName = "gone", NodeAddress = "gone.test", Ec2InstanceId = "i-gone" });

        var end = await roll.RunAsync(begun);

        Assert.Equal((UpdateStatus.Success, 4), (end.ClusterUpdateStatus, end.EventStoreNodeUpdates.Count));
        Assert.StartsWith("gone has left the cluster, and its instance i-gone is gone", Note(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(InstanceState.Running, FailureReason.InvalidInput)]
    [InlineData(InstanceState.Stopped, FailureReason.PreflightRefused)]
    public async Task A_node_that_was_begun_is_held_to_its_instance_while_that_is_there(InstanceState state, FailureReason reason)
    {
        roll.Picture.Hidden.Add(new PicturedNode("old", NodeState.Follower) { InstanceState = state });

        var refused = await Assert.ThrowsAsync<RollingUpdateException>(() => roll.RunAsync(Begun("follower1", Stopped)));

        Assert.Equal(reason, refused.Reason);
        Assert.Contains("lives on i-old, but it is matched with i-follower1", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(InstanceState.ShuttingDown)]
    [InlineData(InstanceState.Terminated)]
    public async Task An_instance_that_runs_at_the_address_of_one_that_is_gone_is_its_successor(InstanceState? state)
    {
        if (state is { } shown)
        {
            roll.Picture.Hidden.Add(new PicturedNode("old", NodeState.Follower) { InstanceState = shown });
        }

        var end = await roll.RunAsync(Begun("follower1", Stopped));

        var node = end.EventStoreNodeUpdates.Single(node => node.NodeName == "follower1");
        Assert.Equal((UpdateStatus.Success, "i-follower1"), (node.NodeUpdateStatus, node.Ec2InstanceId));
        Assert.Contains("stop i-follower1", roll.Instances.Asked);
    }

    [Fact]
    public async Task A_stopped_instance_at_the_address_of_one_that_is_gone_is_not_taken_for_its_successor()
    {
        roll.Picture["follower1"].GoesDown();
        roll.Picture["follower1"].InstanceState = InstanceState.Stopped;

        var refused = await Assert.ThrowsAsync<RollingUpdateException>(() => roll.RunAsync(Begun("follower1", Stopped)));

        Assert.Contains("lives on i-old, but it is matched with i-follower1", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_that_was_begun_and_has_gone_with_its_instance_is_not_forgotten()
    {
        var begun = Begun("replica", node => Stopped(node) with { NodeName = "gone", NodeAddress = "gone.test" });

        var refused = await Assert.ThrowsAsync<RollingUpdateException>(() => roll.RunAsync(begun));

        Assert.Contains("names the node 'gone', which the cluster does not have", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_that_gossip_has_forgotten_stays_in_the_state_while_its_instance_is_there()
    {
        var begun = Begun("replica", node => node);
        var forgotten = roll.Picture["replica"];
        forgotten.GoesDown();
        forgotten.InstanceState = InstanceState.Stopped;
        roll.Picture.Forget(forgotten);

        await roll.RunAsync(begun, oneIteration: true);

        Assert.Equal(NodeType.ReadOnlyReplica, roll.File.Read()!.EventStoreNodeUpdates.Single(node => node.NodeName == "replica").NodeType);
    }

    [Fact]
    public async Task A_node_that_was_done_and_replaced_since_is_updated_again()
    {
        await roll.RunAsync(Begun("follower1", node => node with { NodeUpdateStatus = UpdateStatus.Success, Ec2InstanceId = "i-old" }));

        Assert.Contains("stop i-follower1", roll.Instances.Asked);
    }

    [Fact]
    public async Task A_node_that_was_begun_and_has_another_address_is_the_same_node()
    {
        var begun = Begun("follower1", node => Stopped(node) with { Ec2InstanceId = "i-follower1", NodeAddress = "formerly.test" });

        var end = await roll.RunAsync(begun);

        var node = end.EventStoreNodeUpdates.Single(node => node.NodeName == "follower1");
        Assert.Equal((UpdateStatus.Success, "follower1.test"), (end.ClusterUpdateStatus, node.NodeAddress));
    }

    [Fact]
    public async Task A_replaced_instance_is_not_what_was_approved()
    {
        var plan = await roll.PlanAsync();
        roll.Settings = roll.Settings with { ExpectedPlanDigest = plan.PlanDigest };
        roll.Picture["follower2"].Ec2Id = "i-new";

        var refused = await Assert.ThrowsAsync<RollingUpdateException>(
            () => roll.RunAsync(plan with { StartedAt = roll.Time.GetUtcNow() }));

        Assert.Equal(FailureReason.PlanChanged, refused.Reason);
        Assert.Contains("planned and not there: follower2.test:2113 i-follower2", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_taken_back_is_taken_back_on_the_instance_that_replaced_another()
    {
        var done = await roll.RunAsync();
        roll.Picture["follower2"].Ec2Id = "i-new";

        await roll.RunAsync(TakingBack.From(done, new UpdateRequest(null, null, null)));

        Assert.All(roll.Picture.Nodes, node => Assert.Equal("t2.large", node.InstanceType));
    }

    private string Note() => roll.Checks.Single(check => check is { Name: "StateFitsTheCluster", Outcome: CheckOutcome.Note }).Text;

    private NodeUpdate Stopped(NodeUpdate node) => node with
    {
        Ec2InstanceId = "i-old",
        NodeUpdateStatus = UpdateStatus.InProgress,
        NodeUpdateStatusDetail = nameof(NodePhase.Stopping),
        StopRequestedAt = roll.Time.GetUtcNow().AddHours(-1),
    };

    private ClusterUpdate Begun(string name, Func<NodeUpdate, NodeUpdate> change)
    {
        var state = roll.Picture.State();
        return state with
        {
            StartedAt = roll.Time.GetUtcNow().AddHours(-1),
            EventStoreNodeUpdates = [.. state.EventStoreNodeUpdates.Select(node => node.NodeName == name ? change(node) : node)],
        };
    }
}
