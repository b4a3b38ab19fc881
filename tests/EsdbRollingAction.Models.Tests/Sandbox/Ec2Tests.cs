using EsdbRollingAction.Sandbox;
using EsdbRollingAction.Sandbox.Model;
using static EsdbRollingAction.Models.Tests.Sandbox.VirtualCluster;

namespace EsdbRollingAction.Models.Tests.Sandbox;

public sealed class Ec2Tests
{
    private readonly VirtualCluster cluster = new();

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    public void The_type_of_an_instance_that_is_not_stopped_cannot_be_changed(double secondsAfterStop)
    {
        if (secondsAfterStop > 0)
        {
            cluster.Stop(Replica);
            cluster.Pass(secondsAfterStop);
        }

        var refusal = Assert.Throws<Ec2Exception>(() => cluster.Ec2.ChangeType(cluster.InstanceOf(Replica), "t2.xlarge"));

        Assert.Equal("IncorrectInstanceState", refusal.Code);
        Assert.Equal("t2.large", cluster.Ec2.Truth.Single(instance => instance.Node == Replica).Type);
    }

    [Fact]
    public void An_instance_that_is_stopping_cannot_be_started()
    {
        cluster.Stop(Replica);

        Assert.Equal("IncorrectInstanceState", Assert.Throws<Ec2Exception>(() => cluster.Ec2.Start(cluster.InstanceOf(Replica))).Code);
    }

    [Fact]
    public void Asking_again_for_what_is_under_way_is_accepted()
    {
        cluster.Stop(Replica);
        cluster.Stop(Replica);
        cluster.Pass(31);
        cluster.Ec2.Start(cluster.InstanceOf(Replica));
        cluster.Ec2.Start(cluster.InstanceOf(Replica));
        cluster.Pass(11);

        Assert.Equal(Ec2State.Running, cluster.Ec2.Truth.Single(instance => instance.Node == Replica).State);
    }

    [Fact]
    public void An_instance_with_stop_protection_runs_on()
    {
        cluster.Ec2.StopProtected = Replica;

        Assert.Equal("OperationNotPermitted", Assert.Throws<Ec2Exception>(() => cluster.Stop(Replica)).Code);
        Assert.Equal(Ec2State.Running, cluster.Ec2.Truth.Single(instance => instance.Node == Replica).State);
    }

    [Fact]
    public void A_dry_run_changes_nothing()
    {
        var id = cluster.InstanceOf(Replica);

        Assert.Equal("DryRunOperation", Assert.Throws<Ec2Exception>(() => cluster.Ec2.Stop(id, dryRun: true)).Code);
        Assert.Equal(Ec2State.Running, cluster.Ec2.Truth.Single(instance => instance.Id == id).State);
    }

    [Fact]
    public void A_read_may_show_the_world_as_it_was()
    {
        var stale = new VirtualCluster(new SandboxOptions { Faults = new Faults { StaleDescribe = true } });
        stale.Pass(20);
        stale.Stop(Replica);
        stale.Pass(1);

        var shown = Enumerable.Range(0, 50).Select(_ => stale.Ec2.Describe().Single(instance => instance.Node == Replica).State).Distinct();

        Assert.Equal([Ec2State.Running, Ec2State.Stopping], shown.Order());
    }

    [Fact]
    public void Every_instance_was_launched_days_ago_and_each_at_a_time_of_its_own()
    {
        var launches = cluster.Ec2.Truth.Select(instance => instance.LaunchTime).ToList();

        Assert.Distinct(launches);
        Assert.All(launches, launch => Assert.True(launch < cluster.UtcNow.AddDays(-2), $"{launch} is not long ago."));
    }

    [Fact]
    public void A_start_launches_anew_and_a_stop_or_a_change_of_type_does_not()
    {
        var before = cluster.Instance(Replica).LaunchTime;
        cluster.Stop(Replica);
        cluster.Pass(31);
        cluster.Ec2.ChangeType(cluster.InstanceOf(Replica), "t2.xlarge");
        Assert.Equal(before, cluster.Instance(Replica).LaunchTime);

        cluster.Ec2.Start(cluster.InstanceOf(Replica));

        Assert.Equal(cluster.UtcNow, cluster.Instance(Replica).LaunchTime);
        Assert.True(cluster.Instance(Follower).LaunchTime < cluster.UtcNow.AddDays(-2));
    }

    [Fact]
    public void A_scheduled_event_goes_with_the_hardware_and_is_seen_in_stale_reads_for_a_while()
    {
        var stale = new VirtualCluster(new SandboxOptions { Retiring = Replica, Faults = new Faults { StaleDescribe = true } });
        Assert.Equal([Replica], stale.Ec2.Truth.Where(instance => instance.Events.Count > 0).Select(instance => instance.Node));
        stale.Reboot(Replica);
        stale.Pass(60);
        stale.Stop(Replica);
        stale.Pass(31);
        Assert.Single(stale.Instance(Replica).Events);

        stale.Ec2.Start(stale.InstanceOf(Replica));
        stale.Pass(1);

        Assert.Empty(stale.Instance(Replica).Events);
        Assert.Contains(Enumerable.Range(0, 50), _ => stale.Ec2.Describe().Any(instance => instance.Events.Count > 0));
    }

    [Fact]
    public void A_read_that_shows_the_world_as_it_was_shows_the_launch_of_then()
    {
        var stale = new VirtualCluster(new SandboxOptions { Faults = new Faults { StaleDescribe = true } });
        stale.Stop(Replica);
        stale.Pass(31);
        var before = stale.Instance(Replica).LaunchTime;
        stale.Ec2.Start(stale.InstanceOf(Replica));
        stale.Pass(1);

        var shown = Enumerable.Range(0, 50).Select(_ => stale.Ec2.Describe().Single(instance => instance.Node == Replica)).ToList();

        Assert.Equal([before, stale.Instance(Replica).LaunchTime], shown.Select(instance => instance.LaunchTime).Distinct().Order());
        Assert.All(shown, instance => Assert.Equal(instance.State == Ec2State.Pending, instance.LaunchTime != before));
    }

    [Fact]
    public void An_unknown_instance_is_not_found() =>
        Assert.Equal("InvalidInstanceID.NotFound", Assert.Throws<Ec2Exception>(() => cluster.Ec2.Stop("i-00000000000000000")).Code);

    [Fact]
    public void Scarce_capacity_shows_at_the_start_of_the_new_type()
    {
        var scarce = new VirtualCluster(new SandboxOptions { Faults = new Faults { CapacityShortages = 1 } });
        scarce.Stop(Replica);
        scarce.Pass(31);
        scarce.Ec2.ChangeType(scarce.InstanceOf(Replica), "t2.xlarge");

        var refusal = Assert.Throws<Ec2Exception>(() => scarce.Ec2.Start(scarce.InstanceOf(Replica)));
        scarce.Ec2.Start(scarce.InstanceOf(Replica));

        Assert.Equal("InsufficientInstanceCapacity", refusal.Code);
    }
}
