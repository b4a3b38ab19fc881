using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Tests.Updating;

/// <summary>A read-only replica that serves nobody is restarted first, since that takes nothing away, and holds nobody up.</summary>
public class ReplicaHealthTests
{
    private readonly Picture picture = Picture.OfFour();
    private readonly PicturedNode sick = new("replica2", NodeState.ReadOnlyReplica);
    private ClusterUpdate state;

    public ReplicaHealthTests()
    {
        picture.Nodes.Add(sick);
        state = picture.State();
    }

    [Theory]
    [InlineData(NodeState.ReadOnlyLeaderless)]
    [InlineData(NodeState.PreReadOnlyReplica)]
    [InlineData(NodeState.Initializing)]
    [InlineData(NodeState.Unknown)]
    public void A_replica_that_serves_nobody_is_stopped_at_once_and_before_one_that_serves(NodeState says)
    {
        sick.State = says;

        var decision = Decide();

        decision.Stops("replica2");
        Assert.Contains("replica2 serves nobody, leader leads", decision.Why, StringComparison.Ordinal);
        Assert.Equal("replica2", decision.State.EventStoreNodeUpdates[0].NodeName);
    }

    [Fact]
    public void A_dead_replica_is_stopped_before_one_that_serves()
    {
        sick.GoesDown();

        Decide().Stops("replica2");
    }

    [Fact]
    public void A_replica_that_does_not_answer_us_and_is_seen_by_others_waits_in_its_place()
    {
        sick.Answers = false;

        Decide().Waits("replica", nameof(SafetyRules.NoOtherReplicaIsDown));
    }

    [Fact]
    public void One_that_serves_is_stopped_when_the_sick_one_was_restarted_and_is_level()
    {
        sick.InstanceType = Picture.Target;

        Decide().Stops("replica");
    }

    [Theory]
    [InlineData(NodeState.ReadOnlyReplica)]
    [InlineData(NodeState.CatchingUp)]
    public void A_replica_that_is_behind_and_gains_is_waited_for(NodeState says)
    {
        (sick.State, sick.Checkpoint) = (says, sick.Checkpoint - 100_000_000);

        for (var minutes = 0; minutes < 5; minutes++)
        {
            Decide().Waits("replica", nameof(SafetyRules.NoOtherReplicaIsDown));
            picture.At += TimeSpan.FromSeconds(59);
            sick.Checkpoint += 1000;
        }
    }

    [Fact]
    public void A_replica_that_is_behind_and_gains_nothing_comes_first()
    {
        sick.Checkpoint -= 100_000_000;
        Decide().Waits("replica", nameof(SafetyRules.NoOtherReplicaIsDown));

        picture.At += Timings.ReplicaStandsStill;

        Decide().Stops("replica2");
    }

    [Fact]
    public void Of_two_that_serve_nobody_the_first_is_stopped_when_it_is_no_election_that_passes()
    {
        picture["replica"].State = sick.State = NodeState.ReadOnlyLeaderless;
        Decide().Waits("replica", nameof(SafetyRules.NoOtherReplicaIsDown));
        picture.At += Timings.ReplicaFindsItsLeader - TimeSpan.FromSeconds(1);
        Decide().Waits("replica", nameof(SafetyRules.NoOtherReplicaIsDown));

        picture.At += TimeSpan.FromSeconds(1);

        Decide().Stops("replica");
    }

    [Fact]
    public void One_that_stands_still_is_not_stopped_while_the_other_serves_nobody()
    {
        (picture["replica"].Checkpoint, sick.Checkpoint) = (400_000_000, 400_000_000);
        Decide();
        picture.At += Timings.ReplicaStandsStill;
        state = picture.Snapshot(state).State;
        sick.GoesDown();
        var cluster = picture.Snapshot(state);

        Assert.False(SafetyRules.NoOtherReplicaIsDown(cluster.Nodes.Single(node => node.Name == "replica"), cluster).Holds);
        Decide().Waits("replica2", nameof(SafetyRules.NoOtherReplicaIsDown));
        picture.At += Timings.ReplicaFindsItsLeader;
        Decide().Stops("replica2");
    }

    [Theory]
    [InlineData(NodeState.ReadOnlyReplica)]
    [InlineData(NodeState.CatchingUp)]
    [InlineData(NodeState.Clone)]
    public void Of_two_that_stand_still_the_first_is_stopped(NodeState says)
    {
        (picture["replica"].Checkpoint, sick.Checkpoint, sick.State) = (400_000_000, 400_000_000, says);
        Decide();
        picture.At += Timings.ReplicaStandsStill;

        Decide().Stops("replica");
    }

    [Fact]
    public void Without_a_leader_no_replica_counts_as_sick()
    {
        sick.State = NodeState.ReadOnlyLeaderless;
        picture["leader"].State = NodeState.Unknown;

        var decision = Decide();

        decision.Waits("replica", nameof(SafetyRules.OneLeaderIsAgreed));
        Assert.All(decision.State.EventStoreNodeUpdates, node => Assert.Null(node.OutOfService));
    }

    [Fact]
    public void A_voter_waits_until_the_sick_replica_is_done()
    {
        sick.State = NodeState.ReadOnlyLeaderless;
        picture.Updated("replica");
        var cluster = picture.Snapshot(Decide().State);

        Assert.Equal(
            "replica2 (ReadOnlyReplica) comes first",
            SafetyRules.OrderIsKept(cluster.Nodes.First(node => node.IsVoter), cluster).Reason);
    }

    [Fact]
    public void A_replica_whose_instance_somebody_stopped_is_brought_back_first()
    {
        sick.GoesDown();
        sick.InstanceState = InstanceState.Stopped;

        Decide().Acts<Act.ChangeInstance>("replica2");
    }

    [Fact]
    public void One_that_hangs_with_the_target_type_is_restarted_once_and_keeps_what_it_was_before()
    {
        picture.Updated("replica2");
        sick.State = NodeState.PreReadOnlyReplica;
        Decide().WaitsIn("replica2", NodePhase.CatchingUp);
        picture.At += Timings.RestartsByItself;

        Decide().Stops("replica2");

        Assert.Equal("t2.large", Sick.OriginalInstanceType);
        state = state.With(Sick with { StopRequestedAt = picture.At });
        picture.At += TimeSpan.FromMinutes(1);
        sick.InstanceState = InstanceState.Stopped;
        Decide().Acts<Act.StartInstance>("replica2");
        state = state.With(Sick with { StartRequestedAt = picture.At });
        sick.InstanceState = InstanceState.Running;
        sick.ComesBack(NodeState.ReadOnlyLeaderless, 500_000_000);
        picture.At += TimeSpan.FromMinutes(10);
        Decide().WaitsIn("replica2", NodePhase.CatchingUp);
    }

    [Fact]
    public void Since_when_it_is_so_survives_the_state_file()
    {
        var path = Path.GetTempFileName();
        try
        {
            sick.Checkpoint -= 100_000_000;
            Decide();

            new StateFile(path).Write(state);

            state = new StateFile(path).Read()!;
            Assert.Equal(new OutOfService(picture.At, sick.Checkpoint), Sick.OutOfService);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private NodeUpdate Sick => state.EventStoreNodeUpdates.Single(node => node.NodeName == "replica2");

    private Decision Decide()
    {
        var decision = picture.Decide(state);
        state = decision.State;
        return decision;
    }
}
