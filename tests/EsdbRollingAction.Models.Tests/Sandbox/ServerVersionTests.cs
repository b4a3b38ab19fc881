using EsdbRollingAction.Sandbox;
using EsdbRollingAction.Sandbox.Model;
using static EsdbRollingAction.Models.Tests.Sandbox.VirtualCluster;

namespace EsdbRollingAction.Models.Tests.Sandbox;

/// <summary>Versions of the database that are installed and run, without a wire.</summary>
public sealed class ServerVersionTests
{
    private readonly VirtualCluster cluster = new();

    [Theory]
    [InlineData("23.10.8", "23.10.8.0")]
    [InlineData("22.10.5.0", "22.10.5.0")]
    [InlineData("24.10", "24.10.0")]
    [InlineData("24.10.4", "24.10.4")]
    [InlineData("26.1.0-prerelease", "26.1.0-prerelease")]
    public void A_node_says_its_version_as_servers_of_it_do(string version, string said) =>
        Assert.Equal(said, new VirtualCluster(new SandboxOptions { ServerVersion = version }).Truth(Follower).EsVersion);

    [Fact]
    public void One_node_may_have_another_version_at_the_beginning()
    {
        var nodes = new SandboxOptions().Nodes;
        var mixed = new VirtualCluster(new SandboxOptions { Nodes = [nodes[0] with { ServerVersion = "24.10.4" }, .. nodes.Skip(1)] });

        Assert.Equal(("24.10.4", "23.10.6.0"), (mixed.Truth(Follower).EsVersion, mixed.Truth(Leader).EsVersion));
    }

    [Fact]
    public void What_a_document_installs_runs_once_the_database_has_started_anew()
    {
        var id = cluster.Upgrade(Replica, "24.10.4");
        Assert.Equal("23.10.6.0", cluster.Truth(Replica).EsVersion);
        cluster.RunToEnd(id);
        cluster.Pass(5);

        Assert.Equal(("Success", "24.10.4"), (cluster.Run(id).Status, cluster.Truth(Replica).EsVersion));
        Assert.Equal("23.10.6.0", cluster.Truth(Follower).EsVersion);
    }

    [Theory]
    [InlineData("apt-get install -y kurrentdb=26.1.0", "26.1.0")]
    [InlineData("sudo apt-get -y install --allow-downgrades eventstore-oss=22.10.5", "22.10.5.0")]
    public void What_apt_installs_runs_only_after_the_next_start(string line, string version)
    {
        cluster.RunToEnd(cluster.Send(Replica, "apt-get update", line));
        cluster.Pass(5);
        Assert.Equal((version, "23.10.6.0"), (cluster.Cluster.InstalledVersion(Replica), cluster.Truth(Replica).EsVersion));
        cluster.RunToEnd(cluster.Send(Replica, "systemctl restart kurrentdb"));
        cluster.Pass(5);

        Assert.Equal(version, cluster.Truth(Replica).EsVersion);
    }

    [Theory]
    [InlineData("apt-get install -y kurrentdb=newest", 100)]
    [InlineData("apt-get install -y nginx=1.2.3", 127)]
    [InlineData("apt-get install -y kurrentdb", 127)]
    [InlineData("apt-get purge kurrentdb=26.1.0", 127)]
    public void What_apt_does_not_find_fails_and_installs_nothing(string line, int code)
    {
        var ended = cluster.RunToEnd(cluster.Send(Replica, line));

        Assert.Equal(("Failed", code, "23.10.6.0"), (ended.Status, ended.ResponseCode, cluster.Cluster.InstalledVersion(Replica)));
    }

    [Theory]
    [InlineData("crash")]
    [InlineData("reboot")]
    public void However_a_process_ends_the_next_one_is_what_is_installed(string how)
    {
        Assert.True(cluster.Cluster.Install(Replica, "24.10.4"));
        if (how == "crash")
        {
            cluster.Cluster.Crash(Replica);
            cluster.Pass(20);
        }
        else
        {
            cluster.RebootAndComeUp(Replica);
        }

        Assert.Equal("24.10.4", cluster.Truth(Replica).EsVersion);
    }

    [Fact]
    public void What_is_installed_while_a_process_starts_does_not_change_it()
    {
        cluster.Cluster.Crash(Replica, restartAfterSeconds: 1);
        cluster.PassUntil(() => cluster.Model.World.Do(() => cluster.Cluster.Find(Replica).IsStarting));
        cluster.Cluster.Install(Replica, "24.10.4");
        cluster.PassUntil(() => cluster.Cluster.Truth(Replica) is not null);

        Assert.Equal("23.10.6.0", cluster.Truth(Replica).EsVersion);
    }

    [Fact]
    public void Of_one_that_has_just_started_others_know_no_version_for_a_moment()
    {
        cluster.Upgrade(Replica, "24.10.4");
        cluster.PassUntil(() => cluster.Cluster.Truth(Replica)?.EsVersion == "24.10.4");
        Assert.Equal("unknown_version", cluster.Seen(Leader, by: Replica).EsVersion);
        Assert.Equal("23.10.6.0", cluster.Seen(Replica, by: Leader).EsVersion);
        cluster.PassUntil(() => cluster.Seen(Replica, by: Leader).EsVersion == "old_version");
        cluster.PassUntil(() => cluster.Seen(Replica, by: Leader).EsVersion == "24.10.4");

        Assert.Equal("23.10.6.0", cluster.Seen(Leader, by: Replica).EsVersion);
    }

    [Fact]
    public void An_upgraded_database_that_does_not_start_starts_with_its_old_version_again()
    {
        var breaking = new VirtualCluster(new SandboxOptions { Faults = new Faults { UpgradeBreaks = Replica } });
        Assert.Equal("Success", breaking.RunToEnd(breaking.Upgrade(Replica, "24.10.4")).Status);
        breaking.Pass(5);
        breaking.RunToEnd(breaking.Send(Replica, "systemctl restart kurrentdb"));
        breaking.Pass(30);
        Assert.Null(breaking.Cluster.Truth(Replica));
        Assert.Equal("failed\n", breaking.RunToEnd(breaking.Send(Replica, "systemctl is-active kurrentdb || true")).Output);

        breaking.RunToEnd(breaking.Upgrade(Replica, "23.10.6"));
        breaking.Pass(5);
        Assert.Equal("23.10.6.0", breaking.Truth(Replica).EsVersion);
        breaking.RunToEnd(breaking.Upgrade(Follower, "24.10.4"));
        breaking.Pass(5);
        Assert.Equal("24.10.4", breaking.Truth(Follower).EsVersion);
    }

    [Fact]
    public void A_document_may_say_success_and_have_installed_nothing()
    {
        var idle = new VirtualCluster(new SandboxOptions { Faults = new Faults { UpgradeDoesNothing = Replica } });
        var process = idle.Truth(Replica).InstanceId;
        Assert.Equal("Success", idle.RunToEnd(idle.Upgrade(Replica, "24.10.4")).Status);
        idle.Pass(5);

        Assert.Equal("23.10.6.0", idle.Truth(Replica).EsVersion);
        Assert.NotEqual(process, idle.Truth(Replica).InstanceId);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Where_a_new_leader_loses_the_old_ones_a_node_is_level_again_once_it_is_new_itself(bool losesOld)
    {
        var faults = new Faults { NewLeaderLosesOld = losesOld };
        var mixed = new VirtualCluster(new SandboxOptions { Faults = faults });
        mixed.RunToEnd(mixed.Upgrade(Follower, "24.10.4"));
        mixed.Pass(60);
        Assert.Equal(VNodeState.Follower, mixed.Truth(Follower).State);
        mixed.RunToEnd(mixed.Upgrade(OtherFollower, "24.10.4"));
        mixed.Pass(60);
        mixed.Cluster.SetPriority(Leader, -1);
        mixed.Cluster.Resign(Leader);
        mixed.Pass(60);

        Assert.Equal("24.10.4", mixed.Truth(mixed.Cluster.Leader!).EsVersion);
        Assert.Equal(losesOld ? VNodeState.PreReplica : VNodeState.Follower, mixed.Truth(Leader).State);
        Assert.Equal(losesOld ? VNodeState.PreReadOnlyReplica : VNodeState.ReadOnlyReplica, mixed.Truth(Replica).State);
        mixed.RunToEnd(mixed.Upgrade(Leader, "24.10.4"));
        mixed.Pass(60);
        Assert.Equal(VNodeState.Follower, mixed.Truth(Leader).State);
    }

    [Fact]
    public void An_upgraded_leader_that_loses_the_majority_cannot_write_and_gives_up()
    {
        var mixed = new VirtualCluster(new SandboxOptions { Faults = new Faults { NewLeaderLosesOld = true }, Leader = OtherFollower });
        mixed.RunToEnd(mixed.Upgrade(Leader, "24.10.4"));
        mixed.Pass(60);
        mixed.Cluster.SetPriority(OtherFollower, -1);
        mixed.Cluster.Resign(OtherFollower);
        mixed.PassUntil(() => mixed.Truth(Leader).State == VNodeState.PreLeader);
        Assert.False(mixed.Cluster.Append(Leader, 1));
        mixed.PassUntil(() => mixed.Truth(Leader).State == VNodeState.Unknown);

        Assert.Null(mixed.Cluster.Leader);
    }
}
