using EsdbRollingAction.Sandbox;
using EsdbRollingAction.Sandbox.Model;

namespace EsdbRollingAction.EndToEnd;

public class FaultTests
{
    private static readonly Dictionary<string, Faults> Faults = new(StringComparer.Ordinal)
    {
        ["reads of EC2 are stale"] = new Faults { StaleDescribe = true },
        ["a resignation is forgotten"] = new Faults { ResignsIgnored = 1 },
        ["EC2 has no capacity for a while"] = new Faults { CapacityShortages = 1 },
        ["EC2 throttles every fifth request"] = new Faults { ThrottleEvery = 5 },
        ["leadership moves by itself"] = new Faults { LeaderMoves = true },
        ["a follower crashes"] = new Faults { FollowerCrashes = true },
        ["a follower copies slowly"] = new Faults { SlowNode = "test-node" },
        ["a read-only replica hangs"] = new Faults { ReplicaHangs = true },
        ["a stopped machine answers nothing"] = new Faults { BlackHole = true },
    };

    [Theory]
    [InlineData("leadership moves by itself")]
    [ExhaustiveData("reads of EC2 are stale")]
    [ExhaustiveData("a resignation is forgotten")]
    [ExhaustiveData("EC2 has no capacity for a while")]
    [ExhaustiveData("EC2 throttles every fifth request")]
    [ExhaustiveData("a follower crashes")]
    [ExhaustiveData("a follower copies slowly")]
    [ExhaustiveData("a read-only replica hangs")]
    [ExhaustiveData("a stopped machine answers nothing")]
    public async Task The_cluster_is_rolled_while(string what)
    {
        await using var rolling = await Rolling.StartAsync(new SandboxOptions { TimeScale = 40, Faults = Faults[what] });

        var result = await rolling.RunAsync();

        rolling.AssertRolled(result);
    }

    [Fact]
    [Exhaustive]
    public async Task A_read_only_replica_that_hangs_holds_neither_the_other_replica_nor_the_roll_back()
    {
        var nodes = new SandboxOptions().Nodes;
        await using var rolling = await Rolling.StartAsync(new SandboxOptions
        {
            TimeScale = 40,
            Nodes = [.. nodes, new NodeOptions("test-node5readonly", "i-05d277e342129fe6d", IsReadOnlyReplica: true)],
            Faults = new Faults { ReplicaHangs = true },
        });

        var result = await rolling.RunAsync(("INPUT_MAX_NUMBER_OF_ITERATIONS_PER_NODE_UPDATE", "60"));

        rolling.AssertRolled(result);
        Assert.Matches(@"test-node5readonly +Success[\s\S]*test-node4readonly +Stopping", result.Output);
    }

    [Fact]
    [Exhaustive]
    public async Task A_type_on_which_the_database_does_not_come_up_ends_with_the_node_healthy_on_its_old_type()
    {
        await using var rolling = await Rolling.StartAsync(new SandboxOptions { TimeScale = 40, Faults = new Faults { DatabaseFailsOn = "t2.xlarge" } });

        var result = await rolling.RunAsync(("INPUT_MAX_NUMBER_OF_ITERATIONS_PER_NODE_UPDATE", "30"), ("INPUT_ITERATION_INTERVAL_SECONDS", "0.5"));

        Assert.Equal((1, "iteration-limit-exceeded"), (result.ExitCode, rolling.Outputs()["failure-reason"]));
        Assert.Contains("put back to t2.large and is level", result.Error, StringComparison.Ordinal);
        rolling.AssertNoRuleBroken(result);
        Assert.All(rolling.Sandbox.Ec2.Truth, instance => Assert.Equal(("t2.large", Ec2State.Running), (instance.Type, instance.State)));
    }

    [Fact]
    [Exhaustive]
    public async Task A_start_that_EC2_accepts_and_undoes_because_of_a_volume_is_told_and_not_repeated_on_both_types()
    {
        var undone = new StateReason("Server.InternalError", "Client.InternalError: Client error on launch", "Server.InternalError");
        await using var rolling = await Rolling.StartAsync(new SandboxOptions { TimeScale = 40, Faults = new Faults { StartsUndone = undone } });

        var result = await rolling.RunAsync();

        Assert.Equal((1, "instance-start-failed"), (result.ExitCode, rolling.Outputs()["failure-reason"]));
        Assert.Contains("Client.InternalError: Client error on launch", result.Error, StringComparison.Ordinal);
        Assert.Contains("allow kms:CreateGrant on the key", result.Error, StringComparison.Ordinal);
        Assert.Equal(2, rolling.Acts.Count(act => act.StartsWith("ec2 StartInstances", StringComparison.Ordinal)));
        Assert.Single(rolling.Acts, act => act.StartsWith("ec2 ModifyInstanceAttribute", StringComparison.Ordinal));
    }

    [Fact]
    [Exhaustive]
    public async Task CPU_options_come_back_with_the_old_type()
    {
        await using var rolling = await Rolling.StartAsync(
            new SandboxOptions { TimeScale = 40, InstanceType = "m5.xlarge", TargetInstanceType = "m6i.xlarge" });
        rolling.Sandbox.Ec2.LaunchWith(new CpuOptions(1, 1));
        rolling.Sandbox.Ec2.RefuseStartsOf("m6i.xlarge", "VcpuLimitExceeded");

        var result = await rolling.RunAsync();

        Assert.Contains("put back to m5.xlarge", result.Error, StringComparison.Ordinal);
        Assert.Contains("CpuOptionsStay", result.Output, StringComparison.Ordinal);
        rolling.AssertNoRuleBroken(result);
        Assert.All(rolling.Sandbox.Ec2.Truth, instance => Assert.Equal(new CpuOptions(1, 1), instance.CpuOptions));
    }

    [Fact]
    public async Task A_type_that_never_starts_ends_with_the_node_healthy_on_its_old_type()
    {
        await using var rolling = await Rolling.StartAsync();
        rolling.Sandbox.Ec2.RefuseStartsOf("t2.xlarge", "VcpuLimitExceeded");

        var result = await rolling.RunAsync();

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("instance-start-failed", result.Error, StringComparison.Ordinal);
        Assert.Contains("put back to t2.large", result.Error, StringComparison.Ordinal);
        Assert.Equal("true", rolling.Outputs()["changed"]);
        rolling.AssertNoRuleBroken(result);
        Assert.All(rolling.Sandbox.Ec2.Truth, instance => Assert.Equal(("t2.large", Ec2State.Running), (instance.Type, instance.State)));
        Assert.Equal("RolledBack", (string)rolling.State["EventStoreNodeUpdates"]![0]!["NodeUpdateStatusDetail"]!);
    }
}
