using EsdbRollingAction.Sandbox;

namespace EsdbRollingAction.EndToEnd;

public class RollBackTests
{
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
