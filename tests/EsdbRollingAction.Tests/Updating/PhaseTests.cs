using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Tests.Updating;

public sealed class PhaseTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 3, 0, 0, TimeSpan.Zero);
    private readonly ServiceFixture roll = new();

    public void Dispose() => roll.Dispose();

    [Fact]
    public async Task Every_phase_of_every_node_is_remembered_without_gaps()
    {
        var end = await roll.RunAsync();

        Assert.Equal(
            ["Stopping", "Changing", "Starting", "CatchingUp"],
            end.EventStoreNodeUpdates[0].Phases.Select(span => span.Phase).Distinct());
        Assert.Equal(
            ["LoweringPriority", "Resigning", "Stopping", "Changing", "Starting", "CatchingUp", "CaughtUp"],
            end.EventStoreNodeUpdates[^1].Phases.Select(span => span.Phase).Distinct());
        foreach (var node in end.EventStoreNodeUpdates)
        {
            Assert.Equal(node.Phases.Skip(1).Select(span => (DateTimeOffset?)span.Since), node.Phases.SkipLast(1).Select(span => span.Until));
            Assert.Equal((node.StartedAt, node.FinishedAt), (node.Phases[0].Since, node.Phases[^1].Until));
        }
    }

    [Fact]
    public async Task Roles_and_types_before_and_after_are_remembered()
    {
        var end = await roll.RunAsync();

        var leader = end.EventStoreNodeUpdates.Single(node => node.NodeName == "leader");
        Assert.Equal((NodeType.Leader, NodeType.Follower), (leader.OriginalNodeType, leader.NodeType));
        Assert.All(end.EventStoreNodeUpdates, node => Assert.Equal(("t2.large", "t2.xlarge"), (node.OriginalInstanceType, node.CurrentInstanceType)));
    }

    [Fact]
    public void A_wait_for_another_rule_is_another_span()
    {
        var node = new NodeUpdate()
            .InPhase(NodePhase.Waiting, "a is 3 MiB behind", Start, "OtherVotersAreLevel")
            .InPhase(NodePhase.Waiting, "a is 2 MiB behind", Start.AddSeconds(5), "OtherVotersAreLevel")
            .InPhase(NodePhase.Waiting, "no node leads", Start.AddSeconds(9), "OneLeaderIsAgreed")
            .InPhase(NodePhase.Pending, null, Start.AddSeconds(10));

        Assert.Equal(
            [("OtherVotersAreLevel", "a is 2 MiB behind", 9.0), ("OneLeaderIsAgreed", "no node leads", 1.0)],
            node.Phases.Select(span => (span.Rule, span.WaitingFor, (span.Until - span.Since)!.Value.TotalSeconds)));
    }

    [Fact]
    public void A_history_does_not_grow_without_end()
    {
        var node = Enumerable.Range(0, 1000).Aggregate(
            new NodeUpdate(), (node, i) => node.InPhase(i % 2 == 0 ? NodePhase.Waiting : NodePhase.Resigning, null, Start.AddSeconds(i)));

        Assert.Equal((100, Start.AddSeconds(999)), (node.Phases.Count, node.Phases[^1].Since));
    }

    [Fact]
    public void The_longest_time_without_a_leader_is_measured_from_look_to_look()
    {
        var picture = Picture.OfFour();
        var watch = new LeaderWatch();
        foreach (var (second, leads) in new[] { (0.0, true), (1, false), (1.5, false), (2.25, true), (9, false), (9.5, true) })
        {
            picture["leader"].State = leads ? NodeState.Leader : NodeState.Unknown;
            watch.Saw(new ClusterLook(picture.Nodes.ToDictionary(node => node.Endpoint, node => picture.ViewOf(node.Endpoint)!)), Start.AddSeconds(second));
        }

        Assert.Equal(TimeSpan.FromSeconds(1.25), watch.Longest);
    }

    [Fact]
    public async Task The_longest_time_without_a_leader_survives_into_the_state()
    {
        var end = await roll.RunAsync(ServiceFixture.Begin() with { LongestSecondsWithoutLeader = 7.5 });

        Assert.Equal(7.5, end.LongestSecondsWithoutLeader);
    }
}
