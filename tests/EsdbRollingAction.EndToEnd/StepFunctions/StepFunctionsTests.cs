using System.Text.Json.Nodes;
using EsdbRollingAction.Sandbox;

namespace EsdbRollingAction.EndToEnd.StepFunctions;

/// <summary>The example for AWS Step Functions: its state machine, over its function, over the sandbox.</summary>
public class StepFunctionsTests
{
    private const string Request = """{"UpdateStrategy":"Ec2InstanceTypeUpdate","TargetInstanceType":"t2.xlarge"}""";
    private const int LargestState = 256 * 1024;
    private const double TimeScale = 40;

    [Fact]
    [Exhaustive]
    public async Task The_state_machine_rolls_the_whole_cluster_and_ends_with_success()
    {
        await using var rolling = await Rolling.StartAsync();
        await using var function = LambdaFunction.Start(rolling);

        var (end, entered) = await ExecuteAsync(function, Request);

        Require.That(end.State == "Success", end.ToString(), function.Log);
        AssertNoRuleBroken(rolling, function);
        Assert.Equal(4, rolling.Sandbox.Report().NodesUpdated);
        Assert.Equal("Success", (string?)end.Output["State"]!["ClusterUpdateStatus"]);
        Assert.All(Enumerable.Range(1, entered.Count - 1).Where(i => entered[i] == "Step").Skip(1), i => Assert.Equal("Wait", entered[i - 1]));
        Assert.InRange(entered.Count(state => state == "Step"), 20, 400);
    }

    [Fact]
    public async Task A_cluster_that_is_as_wanted_takes_one_step()
    {
        await using var rolling = await Rolling.StartAsync(new SandboxOptions { InstanceType = "t2.xlarge" });
        await using var function = LambdaFunction.Start(rolling);

        var (end, entered) = await ExecuteAsync(function, Request);

        Assert.Equal("Success", end.State);
        Assert.Equal(["Begin", "Step", "Look", "Success"], entered);
    }

    [Fact]
    public async Task A_roll_that_fails_ends_with_its_reason_and_the_state_from_which_another_execution_goes_on()
    {
        await using var rolling = await Rolling.StartAsync();
        await using var function = LambdaFunction.Start(rolling, ("INPUT_MAX_NUMBER_OF_ITERATIONS_PER_NODE_UPDATE", "2"), ("INPUT_ON_FAILURE", "stop"));

        var (end, _) = await ExecuteAsync(function, Request);

        Assert.Equal(("Failed", "iteration-limit-exceeded"), (end.State, end.Error));
        Assert.StartsWith("Failed at test-node4readonly", end.Cause, StringComparison.Ordinal);
        Assert.Equal(1, (int)end.Output["Exit"]!);
        Assert.Equal("Failed", (string?)end.Output["State"]!["ClusterUpdateStatus"]);
        Assert.Empty(StateSchema.ProblemsOf(end.Output["State"]!.ToJsonString()));
    }

    [Fact]
    public async Task What_the_checks_refuse_fails_the_execution_with_their_words_and_changes_nothing()
    {
        await using var rolling = await Rolling.StartAsync(new SandboxOptions { Faults = new Faults { StopProtected = "test-node3" } });
        await using var function = LambdaFunction.Start(rolling);

        var (end, _) = await ExecuteAsync(function, Request);

        Assert.Equal(("Refused", "preflight-refused"), (end.State, end.Error));
        Assert.Contains("StopIsNotProtected", end.Cause, StringComparison.Ordinal);
        Assert.DoesNotContain(rolling.Acts, act => act.Contains("StopInstances", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_pause_ends_the_execution_and_another_one_with_its_state_goes_on()
    {
        await using var rolling = await Rolling.StartAsync();
        await using var function = LambdaFunction.Start(rolling, ("INPUT_MAX_NODES", "1"));

        var (end, _) = await ExecuteAsync(function, Request);

        Require.That(end.State == "Paused", end.ToString(), function.Log);
        Assert.Equal(1, rolling.Sandbox.Report().NodesUpdated);
        var next = await function.InvokeAsync(end.Output["State"]!.ToJsonString(), TestContext.Current.CancellationToken);
        Assert.Equal("InProgress", (string?)next["State"]!["ClusterUpdateStatus"]);
        Assert.Null(next["State"]!["PausedBecause"]);
    }

    [Fact]
    public async Task What_could_not_go_on_is_tried_again_after_a_longer_wait()
    {
        string[] answers =
        [
            $$"""{"Exit":4,"FailureReason":"cluster-unreachable","Message":"","State":{{Request}}}""",
            """{"Exit":0,"FailureReason":"","Message":"","State":{"ClusterUpdateStatus":"InProgress"}}""",
            """{"Exit":0,"FailureReason":"","Message":"","State":{"ClusterUpdateStatus":"Success"}}""",
        ];
        var given = new List<string>();
        var waits = new List<int>();

        var end = await new StateMachine(Definition(), Invoke, Wait).RunAsync(JsonNode.Parse(Request)!);

        Assert.Equal("Success", end.State);
        Assert.Equal([Request, Request, """{"ClusterUpdateStatus":"InProgress"}"""], given);
        Assert.Equal([30, 5], waits);

        Task<JsonNode> Invoke(JsonNode payload)
        {
            given.Add(payload.ToJsonString());
            return Task.FromResult(JsonNode.Parse(answers[given.Count - 1])!);
        }

        Task Wait(int seconds)
        {
            waits.Add(seconds);
            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task A_cluster_that_does_not_answer_is_answered_with_exit_4_and_the_state_that_was_given()
    {
        await using var rolling = await Rolling.StartAsync();
        await using var function = LambdaFunction.Start(
            rolling, ("INPUT_CONNECTION_STRING", $"esdb://admin:{Uri.EscapeDataString(Rolling.Password)}@127.0.0.1:9?tls=false"));

        var answer = await function.InvokeAsync(Request, TestContext.Current.CancellationToken);

        Assert.Equal((4, "cluster-unreachable"), ((int)answer["Exit"]!, (string?)answer["FailureReason"]));
        Assert.Equal("t2.xlarge", (string?)answer["State"]!["TargetInstanceType"]);
    }

    /// <summary>Nothing of an event becomes an input, and what is quoted in a message is quoted in the answer too.</summary>
    [Theory]
    [InlineData("[]", "The state file")]
    [InlineData("""{"ClusterUpdateStatus":"Done"}""", "ClusterUpdateStatus")]
    [InlineData("""{"UpdateStrategy":"C:\\ \"&","TargetInstanceType":"t2.xlarge"}""", """The update strategy 'C:\ "&' is not known""")]
    [InlineData("""{"mode":"apply","INPUT_TARGET_INSTANCE_TYPE":"t2.xlarge","target-instance-type":"t2.xlarge"}""", "target-instance-type")]
    public async Task An_event_that_is_no_state_is_reported_as_an_error_and_the_next_one_is_served(string payload, string expected)
    {
        await using var rolling = await Rolling.StartAsync(new SandboxOptions { InstanceType = "t2.xlarge" });
        await using var function = LambdaFunction.Start(rolling);

        var failed = await Assert.ThrowsAsync<TaskException>(() => function.InvokeAsync(payload, TestContext.Current.CancellationToken));

        Assert.Equal("invalid-input", failed.Error);
        Assert.Contains(expected, (string?)JsonNode.Parse(failed.Message)!["errorMessage"], StringComparison.Ordinal);
        Assert.Empty(rolling.Acts);
        var next = await function.InvokeAsync(Request, TestContext.Current.CancellationToken);
        Assert.Equal("Success", (string?)next["State"]!["ClusterUpdateStatus"]);
    }

    [Fact]
    public void What_the_alarm_starts_is_a_state()
    {
        var template = JsonNode.Parse(File.ReadAllText(LambdaFunction.Example("eventbridge.json")))!;
        var input = (string)template["Resources"]!["Alarm"]!["Properties"]!["Targets"]![0]!["Input"]!["Fn::Sub"]!;

        Assert.Empty(StateSchema.ProblemsOf(input.Replace("${TargetInstanceType}", "t2.xlarge", StringComparison.Ordinal)));
        Assert.NotNull(template["Parameters"]!["TargetInstanceType"]);
    }

    /// <summary>Every state that goes from one step to the next is as the schema says, and no more than Step Functions carries.</summary>
    private static async Task<(Execution End, IReadOnlyList<string> Entered)> ExecuteAsync(LambdaFunction function, string input)
    {
        var machine = new StateMachine(
            Definition(),
            async payload =>
            {
                var text = payload.ToJsonString();
                Assert.Empty(StateSchema.ProblemsOf(text));
                Assert.InRange(text.Length, 2, LargestState);
                return await function.InvokeAsync(text, TestContext.Current.CancellationToken);
            },
            seconds => Task.Delay(TimeSpan.FromSeconds(seconds / TimeScale), TestContext.Current.CancellationToken));
        return (await machine.RunAsync(JsonNode.Parse(input)!), machine.Entered);
    }

    private static JsonObject Definition() => JsonNode.Parse(File.ReadAllText(LambdaFunction.Example("state-machine.asl.json")))!.AsObject();

    private static void AssertNoRuleBroken(Rolling rolling, LambdaFunction function)
    {
        rolling.Sandbox.Referee.Finish();
        Require.That(rolling.Sandbox.Referee.BrokenRules.Count == 0, Require.Few(rolling.Sandbox.Referee.BrokenRules), function.Log);
    }
}
