using EsdbRollingAction.Sandbox;

namespace EsdbRollingAction.EndToEnd;

public class RollBackTests
{
    [Fact]
    [Exhaustive]
    public async Task What_an_update_left_down_is_put_back_by_mode_rollback()
    {
        await using var rolling = await Rolling.StartAsync(new SandboxOptions { TimeScale = 40, Faults = new Faults { DatabaseFailsOn = "t2.xlarge" } });
        var failed = await rolling.RunAsync(
            ("INPUT_ON_FAILURE", "stop"), ("INPUT_MAX_NUMBER_OF_ITERATIONS_PER_NODE_UPDATE", "30"), ("INPUT_ITERATION_INTERVAL_SECONDS", "0.5"));
        Assert.Equal(1, failed.ExitCode);

        var result = await rolling.RunAsync(("INPUT_MODE", "rollback"), ("INPUT_TARGET_INSTANCE_TYPE", null));

        Require.That(result.ExitCode == 0, result);
        rolling.AssertNoRuleBroken(result);
        Assert.All(rolling.Sandbox.Ec2.Truth, instance => Assert.Equal(("t2.large", EsdbRollingAction.Sandbox.Model.Ec2State.Running), (instance.Type, instance.State)));
    }

    [Fact]
    public async Task Mode_rollback_gives_every_updated_node_its_original_type_back()
    {
        await using var rolling = await Rolling.StartAsync(new SandboxOptions { TimeScale = 40, InstanceType = "t2.xlarge", TargetInstanceType = "t2.large" });
        var nodes = string.Join(",", rolling.Sandbox.Cluster.NodeNames.Select(
            name => $$"""{"NodeName":"{{name}}","NodeUpdateStatus":"Success","OriginalInstanceType":"t2.large"}"""));
        await File.WriteAllTextAsync(
            rolling.StatePath,
            $$"""{"ClusterUpdateStatus":"Success","UpdateStrategy":"Ec2InstanceTypeUpdate","TargetInstanceType":"t2.xlarge","EventStoreNodeUpdates":[{{nodes}}]}""",
            TestContext.Current.CancellationToken);

        var result = await rolling.RunAsync(("INPUT_MODE", "rollback"), ("INPUT_TARGET_INSTANCE_TYPE", null));

        rolling.AssertRolled(result);
        Assert.Contains("Rolled back", result.Output, StringComparison.Ordinal);
    }
}
