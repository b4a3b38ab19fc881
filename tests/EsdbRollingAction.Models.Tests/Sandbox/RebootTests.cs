using EsdbRollingAction.Sandbox;
using EsdbRollingAction.Sandbox.Model;
using static EsdbRollingAction.Models.Tests.Sandbox.VirtualCluster;

namespace EsdbRollingAction.Models.Tests.Sandbox;

/// <summary>A reboot shows on the node alone: its instance runs before, meanwhile and after.</summary>
public sealed class RebootTests
{
    private readonly VirtualCluster cluster = new();

    [Fact]
    public void A_reboot_is_answered_at_once_and_the_node_goes_down_some_seconds_later()
    {
        cluster.Reboot(Follower);
        cluster.Pass(4.9);
        Assert.Equal(VNodeState.Follower, cluster.Truth(Follower).State);

        cluster.PassUntil(() => cluster.Truth(Follower).State == VNodeState.ShuttingDown, atMostSeconds: 11);
        cluster.Pass(1);

        Assert.Null(cluster.Cluster.Truth(Follower));
        Assert.False(cluster.Cluster.Health(Follower) ?? false);
    }

    [Fact]
    public void It_comes_back_as_a_new_process_with_the_configured_priority_and_catches_up()
    {
        var before = cluster.Truth(OtherFollower);
        cluster.Cluster.SetPriority(OtherFollower, -7);
        cluster.RebootAndComeUp(OtherFollower);

        Assert.NotEqual(before.InstanceId, cluster.Truth(OtherFollower).InstanceId);
        Assert.Equal(before.NodePriority, cluster.Truth(OtherFollower).NodePriority);
        cluster.PassUntil(() => cluster.Truth(OtherFollower).State == VNodeState.CatchingUp);
        Assert.True(cluster.Truth(Leader).WriterCheckpoint - cluster.Truth(OtherFollower).WriterCheckpoint > 10_000_000);
        cluster.PassUntil(() => cluster.Truth(OtherFollower).State == VNodeState.Follower);
    }

    [Fact]
    public void The_database_is_away_for_as_long_as_the_machine_boots()
    {
        var timings = cluster.Options.Timings;
        cluster.Reboot(Replica);
        cluster.PassUntil(() => cluster.Cluster.Truth(Replica) is null);

        cluster.Pass(timings.Boot + timings.ProcessStart - 0.1);
        Assert.Null(cluster.Cluster.Truth(Replica));
        cluster.Pass(0.2);
        Assert.NotNull(cluster.Cluster.Truth(Replica));
    }

    [Fact]
    public void Nothing_of_the_instance_tells_of_a_reboot()
    {
        var before = cluster.Instance(Replica);
        cluster.Reboot(Replica);
        for (var passed = 0; passed < 60; passed++)
        {
            cluster.Pass(1);
            Assert.Equal(before, cluster.Instance(Replica));
            Assert.Equal(before, cluster.Ec2.Describe().Single(instance => instance.Node == Replica));
        }

        Assert.Equal(VNodeState.ReadOnlyReplica, cluster.Truth(Replica).State);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(31, false)]
    [InlineData(31, true)]
    public void Only_a_running_instance_can_be_rebooted(double secondsAfterStop, bool isStarted)
    {
        cluster.Stop(Replica);
        cluster.Pass(secondsAfterStop);
        if (isStarted)
        {
            cluster.Ec2.Start(cluster.InstanceOf(Replica));
        }

        Assert.Equal("IncorrectInstanceState", Assert.Throws<Ec2Exception>(() => cluster.Reboot(Replica)).Code);
    }

    [Fact]
    public void A_dry_run_reboots_nothing_and_an_unknown_instance_is_not_found()
    {
        var before = cluster.Truth(Replica).InstanceId;

        Assert.Equal("DryRunOperation", Refused(cluster.InstanceOf(Replica), dryRun: true));
        Assert.Equal("InvalidInstanceID.NotFound", Refused("i-00000000000000000"));
        Assert.Equal("InvalidInstanceID.NotFound", Refused("i-00000000000000000", dryRun: true));
        cluster.Pass(60);
        Assert.Equal(before, cluster.Truth(Replica).InstanceId);
    }

    [Fact]
    public void One_more_while_one_is_queued_is_accepted_and_finds_nobody_on_a_machine_that_boots()
    {
        var timings = cluster.Options.Timings;
        cluster.Reboot(Replica);
        cluster.Reboot(Replica);
        cluster.PassUntil(() => cluster.Cluster.Truth(Replica) is null);
        cluster.Pass(timings.Boot + timings.ProcessStart + 0.1);
        var first = cluster.Truth(Replica).InstanceId;

        cluster.Pass(120);

        Assert.Equal(first, cluster.Truth(Replica).InstanceId);
    }

    [Fact]
    public void One_more_that_is_due_when_the_machine_is_back_reboots_it_again()
    {
        var quick = new VirtualCluster(new SandboxOptions { Timings = new ModelTimings { Boot = 1 } });
        quick.Reboot(Replica);
        quick.PassUntil(() => quick.Cluster.Truth(Replica) is null);
        quick.Reboot(Replica);
        quick.PassUntil(() => quick.Cluster.Truth(Replica) is not null);
        var first = quick.Truth(Replica).InstanceId;

        quick.PassUntil(() => quick.Cluster.Truth(Replica) is null);
        quick.PassUntil(() => quick.Cluster.Truth(Replica) is not null);

        Assert.NotEqual(first, quick.Truth(Replica).InstanceId);
    }

    [Fact]
    public void A_stop_takes_the_reboot_that_was_still_to_come_with_it()
    {
        var quick = new VirtualCluster(new SandboxOptions
        {
            Timings = new ModelTimings { InstanceStop = 1, InstancePending = 1, Boot = 1, ProcessStart = 0.2 },
        });
        quick.Reboot(Replica);
        quick.Stop(Replica);
        quick.Pass(1.1);
        quick.Ec2.Start(quick.InstanceOf(Replica));
        quick.PassUntil(() => quick.Cluster.Truth(Replica) is not null, atMostSeconds: 3);
        var started = quick.Truth(Replica).InstanceId;

        quick.Pass(60);

        Assert.Equal(started, quick.Truth(Replica).InstanceId);
    }

    [Fact]
    public void A_process_that_ends_with_its_machine_is_not_started_by_anybody_before_the_machine_is_back()
    {
        cluster.Reboot(Follower);
        cluster.PassUntil(() => cluster.Truth(Follower).State == VNodeState.ShuttingDown);
        cluster.Cluster.Crash(Follower, restartAfterSeconds: 2);

        cluster.Pass(10);

        Assert.Null(cluster.Cluster.Truth(Follower));
    }

    [Fact]
    public void A_machine_that_does_not_come_back_runs_and_is_silent_until_it_is_stopped_and_started()
    {
        var hanging = new VirtualCluster(new SandboxOptions { Faults = new Faults { RebootHangs = Replica } });
        hanging.Reboot(Replica);
        hanging.Pass(300);
        hanging.Reboot(Replica);
        hanging.Pass(300);
        Assert.Null(hanging.Cluster.Truth(Replica));
        Assert.Equal(Ec2State.Running, hanging.Instance(Replica).State);

        hanging.Stop(Replica);
        hanging.Pass(31);
        hanging.Ec2.Start(hanging.InstanceOf(Replica));

        hanging.PassUntil(() => hanging.Cluster.Truth(Replica)?.State == VNodeState.ReadOnlyReplica);
    }

    [Fact]
    public void Other_nodes_come_back_where_one_does_not()
    {
        var hanging = new VirtualCluster(new SandboxOptions { Faults = new Faults { RebootHangs = Replica } });

        hanging.RebootAndComeUp(Follower);

        Assert.Equal(VNodeState.Initializing, hanging.Truth(Follower).State);
    }

    [Fact]
    public void A_reboot_that_ec2_has_lost_never_happens_and_the_next_one_does()
    {
        var losing = new VirtualCluster(new SandboxOptions { Faults = new Faults { RebootsLost = 1 } });
        var before = losing.Truth(Replica).InstanceId;
        losing.Reboot(Replica);
        losing.Pass(300);
        Assert.Equal(before, losing.Truth(Replica).InstanceId);

        losing.RebootAndComeUp(Replica);

        Assert.NotEqual(before, losing.Truth(Replica).InstanceId);
    }

    [Fact]
    public void What_is_to_happen_while_the_first_node_is_away_happens_when_it_is_rebooted()
    {
        var moving = new VirtualCluster(new SandboxOptions { Faults = new Faults { LeaderMoves = true } });
        moving.Reboot(Replica);
        moving.Pass(30);

        Assert.NotEqual(Leader, moving.Cluster.Leader);
    }

    private string Refused(string id, bool dryRun = false) => Assert.Throws<Ec2Exception>(() => cluster.Ec2.Reboot(id, dryRun)).Code;
}
