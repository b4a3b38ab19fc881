using System.Text.Json.Nodes;
using EsdbRollingAction.Sandbox;

namespace EsdbRollingAction.EndToEnd;

public class ResumeTests
{
    [Fact]
    [Exhaustive]
    public async Task The_two_field_input_is_enough_of_a_state()
    {
        await using var rolling = await Rolling.StartAsync();
        await File.WriteAllTextAsync(
            rolling.StatePath, """{"UpdateStrategy":"Ec2InstanceTypeUpdate","TargetInstanceType":"t2.xlarge"}""", TestContext.Current.CancellationToken);

        rolling.AssertRolled(await rolling.RunAsync(("INPUT_TARGET_INSTANCE_TYPE", null)));
    }

    [Fact]
    public async Task The_article_s_middle_of_a_roll_is_resumed()
    {
        await using var rolling = await Rolling.StartAsync();
        foreach (var done in new[] { "i-04d277e342129fe6c", "i-03191b6f020b34580" })
        {
            await UpdateByHandAsync(rolling, done);
        }

        var state = JsonNode.Parse(await File.ReadAllTextAsync(
            Path.Combine(AppContext.BaseDirectory, "article-in-progress.json"), TestContext.Current.CancellationToken))!;
        state["EventStoreNodeUpdates"]![3]!["Ec2InstanceId"] = "i-061d6f4c1f38f1700";
        await File.WriteAllTextAsync(rolling.StatePath, state.ToJsonString(), TestContext.Current.CancellationToken);

        var result = await rolling.RunAsync();

        rolling.AssertRolled(result);
        Assert.True((int)rolling.State["EventStoreNodeUpdates"]!.AsArray().Single(node => (string)node!["NodeName"]! == "test-node")!["UpdateIterations"]! > 5);
    }

    [Fact]
    [Exhaustive]
    public async Task A_node_over_its_iterations_fails_the_run_and_a_raised_limit_in_the_state_resumes_it()
    {
        await using var rolling = await Rolling.StartAsync();

        var failed = await rolling.RunAsync(("INPUT_MAX_NUMBER_OF_ITERATIONS_PER_NODE_UPDATE", "2"));

        Assert.Equal(1, failed.ExitCode);
        Assert.Contains("iteration-limit-exceeded", failed.Error, StringComparison.Ordinal);
        Assert.Equal(("iteration-limit-exceeded", "test-node4readonly", "true"),
            (rolling.Outputs()["failure-reason"], rolling.Outputs()["failed-node"], rolling.Outputs()["resumable"]));

        var state = rolling.State;
        state["MaxNumberOfIterationsPerNodeUpdate"] = 500;
        await File.WriteAllTextAsync(rolling.StatePath, state.ToJsonString(), TestContext.Current.CancellationToken);
        rolling.AssertRolled(await rolling.RunAsync());
        Assert.Equal(500, (int)rolling.State["MaxNumberOfIterationsPerNodeUpdate"]!);
    }

    [Fact]
    public async Task A_finished_state_is_history_and_is_replaced()
    {
        await using var rolling = await Rolling.StartAsync(new SandboxOptions { TimeScale = 40, InstanceType = "t2.xlarge", TargetInstanceType = "t2.xlarge" });
        await File.WriteAllTextAsync(
            rolling.StatePath,
            """{"ClusterUpdateStatus":"Success","UpdateStrategy":"Ec2InstanceTypeUpdate","TargetInstanceType":"t2.large","EventStoreNodeUpdates":[{"NodeName":"gone"}]}""",
            TestContext.Current.CancellationToken);

        rolling.AssertRolled(await rolling.RunAsync());
    }

    [Fact]
    [Exhaustive]
    public async Task The_unfinished_state_of_another_cluster_is_kept_and_disturbs_no_roll()
    {
        const string Others = """{"ClusterName":"payments","ClusterUpdateStatus":"InProgress","TargetInstanceType":"m5.large","EventStoreNodeUpdates":[{"NodeName":"stranger"}]}""";
        await using var rolling = await Rolling.StartAsync();
        await File.WriteAllTextAsync(rolling.StatePath, Others, TestContext.Current.CancellationToken);

        rolling.AssertRolled(await rolling.RunAsync(("INPUT_CLUSTER_NAME", "orders")));

        Assert.Equal("orders", (string?)rolling.State["ClusterName"]);
        Assert.Equal(Others, await File.ReadAllTextAsync($"{rolling.StatePath}.replaced", TestContext.Current.CancellationToken));
    }

    /// <summary>As if the node had been rolled before: stopped, changed, started and level.</summary>
    private static async Task UpdateByHandAsync(Rolling rolling, string id)
    {
        var ec2 = rolling.Sandbox.Ec2;
        ec2.Stop(id);
        await Until(() => ec2.Truth.Single(instance => instance.Id == id).State == EsdbRollingAction.Sandbox.Model.Ec2State.Stopped);
        ec2.ChangeType(id, "t2.xlarge");
        ec2.Start(id);
        var before = rolling.Sandbox.Report().NodesUpdated;
        await Until(() => rolling.Sandbox.Report().NodesUpdated > before);
    }

    private static async Task Until(Func<bool> condition)
    {
        while (!condition())
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }
}
