using System.Text.Json;
using EsdbRollingAction.Sandbox;
using EsdbRollingAction.Sandbox.Model;
using EsdbRollingAction.Sandbox.Resuming;
using static EsdbRollingAction.Models.Tests.Sandbox.VirtualCluster;

namespace EsdbRollingAction.Models.Tests.Sandbox;

/// <summary>A cluster that is built again is as the sandbox before left it.</summary>
public sealed class LeftClusterTests
{
    private readonly VirtualCluster cluster = new();

    [Fact]
    public void Types_tags_priorities_and_the_leader_are_kept()
    {
        cluster.ChangeAndWait(Replica);
        cluster.Ec2.Tag(cluster.InstanceOf(Follower), Ec2.LeaseTag, "run=killed");
        cluster.Cluster.SetPriority(Leader, -1);

        var again = cluster.Again();

        Assert.Equal(["t2.large", "t2.large", "t2.large", "t2.xlarge"], again.Ec2.Truth.Select(instance => instance.Type));
        Assert.Equal("run=killed", again.Ec2.Truth.Single(instance => instance.Node == Follower).Tags[Ec2.LeaseTag]);
        Assert.Equal((Leader, -1, 2), (again.Cluster.Leader, again.Truth(Leader).NodePriority, again.Truth(OtherFollower).NodePriority));
        Assert.Equal(1, again.Referee.NodesUpdated);
        Assert.Equal(VNodeState.ReadOnlyReplica, again.Truth(Replica).State);
    }

    [Fact]
    public void When_instances_were_launched_and_what_is_scheduled_for_them_is_kept()
    {
        var retiring = new VirtualCluster(new SandboxOptions { Retiring = Follower });
        retiring.ChangeAndWait(Replica);
        var launches = retiring.Ec2.Truth.Select(instance => instance.LaunchTime).ToList();

        var again = retiring.Again();
        Assert.Equal(launches, again.Ec2.Truth.Select(instance => instance.LaunchTime));
        Assert.Equal([Follower], again.Ec2.Truth.Where(instance => instance.Events.Count > 0).Select(instance => instance.Node));

        again.ChangeAndWait(Follower);
        Assert.All(again.Again().Ec2.Truth, instance => Assert.Empty(instance.Events));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(40)]
    public void A_node_whose_instance_was_stopped_is_down_until_it_is_started_and_then_has_to_catch_up(double secondsAgo)
    {
        cluster.ChangeAndWait(Replica);
        cluster.Stop(Follower);
        cluster.Pass(secondsAgo);

        var again = cluster.Again();

        Assert.Null(again.Cluster.Truth(Follower));
        Assert.Equal(Ec2State.Stopped, again.Ec2.Truth.Single(instance => instance.Node == Follower).State);
        Assert.False(again.Seen(Follower, by: Leader).IsAlive);
        again.Ec2.ChangeType(again.InstanceOf(Follower), "t2.xlarge");
        again.Ec2.Start(again.InstanceOf(Follower));
        again.PassUntil(() => again.Cluster.Truth(Follower)?.State == VNodeState.CatchingUp);
        again.PassUntil(() => again.Referee.NodesUpdated == 2);
        Assert.True(again.Seen(Follower, by: Leader).IsAlive);
        Assert.Empty(again.Referee.BrokenRules);
    }

    [Fact]
    public void An_instance_that_was_starting_runs_and_its_node_is_level()
    {
        cluster.Stop(Replica);
        cluster.Pass(31);
        cluster.Ec2.Start(cluster.InstanceOf(Replica));
        cluster.Pass(1);

        var again = cluster.Again();

        Assert.Equal(Ec2State.Running, again.Ec2.Truth.Single(instance => instance.Node == Replica).State);
        Assert.True(again.Cluster.Health(Replica));
    }

    [Fact]
    public void A_database_that_does_not_start_on_its_type_stays_down()
    {
        var failing = new VirtualCluster(new SandboxOptions { Faults = new Faults { DatabaseFailsOn = "t2.xlarge" } });
        failing.Stop(Replica);
        failing.Pass(31);
        failing.Ec2.ChangeType(failing.InstanceOf(Replica), "t2.xlarge");
        failing.Ec2.Start(failing.InstanceOf(Replica));
        failing.Pass(60);

        var again = failing.Again();

        Assert.Null(again.Cluster.Truth(Replica));
        Assert.Equal(Ec2State.Running, again.Ec2.Truth.Single(instance => instance.Node == Replica).State);
    }

    [Fact]
    public void A_process_that_runs_on_is_the_same_one_and_one_that_was_starting_is_new()
    {
        cluster.Stop(Replica);
        cluster.Pass(31);
        cluster.Ec2.Start(cluster.InstanceOf(Replica));
        var stopped = cluster.Model.Cluster.Find(Replica).InstanceId;

        var again = cluster.Again();

        Assert.Equal(cluster.Truth(Follower).InstanceId, again.Truth(Follower).InstanceId);
        Assert.NotEqual(stopped, again.Truth(Replica).InstanceId);
    }

    [Theory]
    [InlineData(RestartKind.StopStart)]
    [InlineData(RestartKind.Reboot)]
    public void What_was_restarted_stays_so_and_the_others_are_still_to_be(RestartKind kind)
    {
        var restarting = new VirtualCluster(new SandboxOptions { Restarts = kind });
        restarting.RestartAndWait(Replica, kind);
        restarting.Cluster.Crash(Follower);
        restarting.Pass(60);

        var again = restarting.Again();

        Assert.Equal(1, again.Referee.NodesUpdated);
        again.RestartAndWait(Follower, kind);
        Assert.Equal(2, again.Referee.NodesUpdated);
        Assert.Empty(again.BrokenRules);
    }

    [Fact]
    public void Who_resumes_a_roll_of_a_type_with_a_restart_has_everything_to_restart()
    {
        cluster.ChangeAndWait(Replica);

        var again = new VirtualCluster(LeftCluster.Of(cluster.Options, cluster.Model).Over(new SandboxOptions { Restarts = RestartKind.StopStart }));

        Assert.Equal(0, again.Referee.NodesUpdated);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    public void A_reboot_that_was_to_come_has_happened_unless_it_was_lost(int lost, int updated)
    {
        var rebooting = new VirtualCluster(new SandboxOptions { Restarts = RestartKind.Reboot, Faults = new Faults { RebootsLost = lost } });
        rebooting.Cluster.SetPriority(OtherFollower, -7);
        rebooting.Reboot(OtherFollower);

        var again = rebooting.Again();

        Assert.Equal(updated, again.Referee.NodesUpdated);
        Assert.Equal(updated == 0, rebooting.Truth(OtherFollower).InstanceId == again.Truth(OtherFollower).InstanceId);
        Assert.Equal(updated == 0 ? -7 : 2, again.Truth(OtherFollower).NodePriority);
    }

    [Fact]
    public void A_machine_that_did_not_come_back_from_its_reboot_still_does_not()
    {
        var hanging = new VirtualCluster(new SandboxOptions { Restarts = RestartKind.Reboot, Faults = new Faults { RebootHangs = Replica } });
        hanging.Reboot(Replica);
        hanging.Pass(60);

        var again = new VirtualCluster(LeftCluster.Of(hanging.Options, hanging.Model).Over(hanging.Options with { Faults = new Faults() }));
        Assert.Null(again.Cluster.Truth(Replica));
        again.Reboot(Replica);
        again.Pass(60);
        Assert.Null(again.Cluster.Truth(Replica));
        Assert.Equal(Ec2State.Running, again.Instance(Replica).State);

        again.RestartAndWait(Replica, RestartKind.StopStart);
        Assert.Equal(1, again.Referee.NodesUpdated);
    }

    [Fact]
    public void In_the_middle_of_an_election_a_voter_that_runs_leads()
    {
        cluster.Cluster.Crash(Leader, restartAfterSeconds: 60);

        Assert.Contains(cluster.Again().Cluster.Leader, new[] { Follower, OtherFollower });
    }

    [Fact]
    public void Capacity_that_is_held_stays_held_and_what_is_held_later_has_an_id_of_its_own()
    {
        var given = Reserve(cluster, "given");
        var held = Reserve(cluster, "held");
        cluster.Ec2.Release(given.Id);
        cluster.Pass(2);

        var again = cluster.Again();

        Assert.Equal(["cancelled", "active"], again.Ec2.Reservations.Select(reservation => reservation.State));
        Assert.Equal(held.Id, Reserve(again, "held").Id);
        Assert.Distinct([given.Id, held.Id, Reserve(again, "another").Id]);
    }

    [Fact]
    public void What_is_kept_in_a_file_is_read_as_it_was()
    {
        var cluster = new VirtualCluster(new SandboxOptions { Retiring = Replica, Restarts = RestartKind.Reboot });
        cluster.RestartAndWait(Replica, RestartKind.Reboot);
        cluster.Stop(Follower);
        Reserve(cluster, "held");
        var left = LeftCluster.Of(cluster.Options with { Secured = true }, cluster.Model);

        var json = JsonSerializer.Serialize(left, LeftClusterJson.Default.LeftCluster);
        var read = JsonSerializer.Deserialize(json, LeftClusterJson.Default.LeftCluster)!;

        Assert.Equivalent(left, read, strict: true);
        Assert.True(read.CanLead);
    }

    [Fact]
    public void Without_a_majority_of_the_voters_it_cannot_be_built_again()
    {
        cluster.Stop(Follower);
        cluster.Stop(OtherFollower);

        Assert.False(LeftCluster.Of(cluster.Options, cluster.Model).CanLead);
    }

    private static CapacityReservation Reserve(VirtualCluster cluster, string token) =>
        cluster.Ec2.Reserve(new CapacityRequest("t2.xlarge", 1, Ec2.Zone, token, null, new Dictionary<string, string>()));
}
