using EsdbRollingAction.Sandbox;
using EsdbRollingAction.Sandbox.Model;
using static EsdbRollingAction.Models.Tests.Sandbox.VirtualCluster;
using RunningSandbox = EsdbRollingAction.Sandbox.Sandbox;

namespace EsdbRollingAction.Models.Tests.Sandbox;

/// <summary>A roll that restarts every node and leaves its type as it is.</summary>
public sealed class RestartTests
{
    [Theory]
    [InlineData(RestartKind.StopStart)]
    [InlineData(RestartKind.Reboot)]
    public void A_careful_restart_breaks_no_rule(RestartKind kind)
    {
        var cluster = Restarting(kind);
        foreach (var node in new[] { Replica, Follower, OtherFollower })
        {
            cluster.RestartAndWait(node, kind);
        }

        cluster.Cluster.SetPriority(Leader, -1);
        cluster.Cluster.Resign(Leader);
        cluster.Pass(10);
        cluster.RestartAndWait(Leader, kind);
        cluster.Referee.Finish();

        Assert.Empty(cluster.Referee.BrokenRules);
        Assert.Equal(4, cluster.Referee.NodesUpdated);
        Assert.Equal(1, cluster.Referee.LeadershipMoves);
    }

    [Theory]
    [InlineData(RestartKind.StopStart)]
    [InlineData(RestartKind.Reboot)]
    public void A_node_is_updated_once_it_is_level_again(RestartKind kind)
    {
        var cluster = Restarting(kind);
        Assert.Equal(0, cluster.Referee.NodesUpdated);

        cluster.Restart(Follower, kind);
        cluster.PassUntil(() => cluster.Truth(Follower).State == VNodeState.CatchingUp);
        Assert.Equal(0, cluster.Referee.NodesUpdated);
        cluster.PassUntil(() => cluster.Truth(Follower).State == VNodeState.Follower);

        Assert.Equal(1, cluster.Referee.NodesUpdated);
    }

    [Theory]
    [InlineData(RestartKind.StopStart, RestartKind.Reboot)]
    [InlineData(RestartKind.Reboot, RestartKind.StopStart)]
    public void A_restart_of_the_other_kind_is_not_what_was_wanted(RestartKind wanted, RestartKind done)
    {
        var cluster = Restarting(wanted);

        cluster.RestartAndWait(Replica, done);

        Assert.Equal(0, cluster.Referee.NodesUpdated);
    }

    [Theory]
    [InlineData(RestartKind.StopStart)]
    [InlineData(RestartKind.Reboot)]
    public void A_process_that_crashed_and_came_back_is_no_restart_of_its_machine(RestartKind kind)
    {
        var cluster = Restarting(kind);
        var before = cluster.Truth(Follower).InstanceId;

        cluster.Cluster.Crash(Follower);
        cluster.Pass(60);

        Assert.NotEqual(before, cluster.Truth(Follower).InstanceId);
        Assert.Equal(0, cluster.Referee.NodesUpdated);
    }

    [Fact]
    public void A_reboot_that_was_lost_or_is_still_to_come_has_updated_nothing()
    {
        var cluster = Restarting(RestartKind.Reboot, new Faults { RebootsLost = 1 });
        cluster.Reboot(Replica);
        cluster.Pass(60);
        Assert.Equal(0, cluster.Referee.NodesUpdated);

        cluster.RestartAndWait(Replica, RestartKind.Reboot);
        Assert.Equal(1, cluster.Referee.NodesUpdated);

        cluster.Reboot(Replica);
        Assert.Equal(0, cluster.Referee.NodesUpdated);
    }

    [Fact]
    public void A_machine_that_hung_in_its_reboot_is_updated_once_it_was_stopped_and_started()
    {
        var cluster = Restarting(RestartKind.Reboot, new Faults { RebootHangs = Replica });
        cluster.Reboot(Replica);
        cluster.Pass(60);
        Assert.Equal(0, cluster.Referee.NodesUpdated);

        cluster.RestartAndWait(Replica, RestartKind.StopStart);

        Assert.Equal(1, cluster.Referee.NodesUpdated);
    }

    [Theory]
    [InlineData(RestartKind.StopStart)]
    [InlineData(RestartKind.Reboot)]
    public void The_referee_notices_a_restart_without_need_and_a_tag_that_is_left(RestartKind kind)
    {
        var cluster = Restarting(kind);
        cluster.RestartAndWait(Replica, kind);
        cluster.Ec2.Tag(cluster.InstanceOf(Replica), Ec2.RestoreTag, "done");
        cluster.Referee.Finish();
        cluster.RestartAndWait(Replica, kind);

        Assert.Equal(["tag-left", "stopped-without-need"], cluster.BrokenRules);
    }

    [Fact]
    public void Once_the_replica_is_rebooted_it_is_a_follower_s_turn()
    {
        var cluster = Restarting(RestartKind.Reboot);
        cluster.RestartAndWait(Replica, RestartKind.Reboot);

        cluster.Reboot(Follower);

        Assert.Empty(cluster.BrokenRules);
    }

    [Fact]
    public void Where_reboots_are_rolled_ec2_loses_some_at_random_moments_until_all_is_calm()
    {
        var faults = new Faults { Trouble = new Trouble(1) { SecondsBetween = 2 } };
        var cluster = Restarting(RestartKind.Reboot, faults);
        cluster.PassUntil(() => cluster.Model.World.Do(() => cluster.Ec2.RebootsToLose > 0));

        cluster.Model.Troublemaker!.Calm();

        Assert.Equal(0, cluster.Ec2.RebootsToLose);
        Assert.Contains(cluster.Model.Troublemaker.Told, what => what.Contains("EC2 loses", StringComparison.Ordinal));
        var other = Restarting(RestartKind.StopStart, faults);
        other.PassUntil(() => other.Model.World.Do(() => other.Ec2.CapacityShortages > 0));
        Assert.Equal(0, other.Ec2.RebootsToLose);
    }

    [Theory]
    [InlineData(RestartKind.StopStart, "stop-start")]
    [InlineData(RestartKind.Reboot, "reboot")]
    public async Task The_program_is_told_the_strategy_and_the_kind_and_no_type(RestartKind kind, string name)
    {
        await using var sandbox = await RunningSandbox.StartAsync(new SandboxOptions { Restarts = kind });

        Assert.Equal(("Ec2InstanceRestart", name), (sandbox.ProgramEnvironment["INPUT_UPDATE_STRATEGY"], sandbox.ProgramEnvironment["INPUT_RESTART_KIND"]));
        Assert.DoesNotContain("INPUT_TARGET_INSTANCE_TYPE", sandbox.ProgramEnvironment.Keys);
    }

    [Fact]
    public async Task Without_the_option_the_program_is_told_the_type_alone()
    {
        await using var sandbox = await RunningSandbox.StartAsync();

        Assert.Equal("t2.xlarge", sandbox.ProgramEnvironment["INPUT_TARGET_INSTANCE_TYPE"]);
        Assert.DoesNotContain(sandbox.ProgramEnvironment.Keys, name => name is "INPUT_UPDATE_STRATEGY" or "INPUT_RESTART_KIND");
    }

    private static VirtualCluster Restarting(RestartKind kind, Faults? faults = null) =>
        new(new SandboxOptions { Restarts = kind, Faults = faults ?? new Faults() });
}
