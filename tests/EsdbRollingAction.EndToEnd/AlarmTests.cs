using System.Globalization;
using EsdbRollingAction.Sandbox;
using EsdbRollingAction.Sandbox.Model;

namespace EsdbRollingAction.EndToEnd;

public class AlarmTests
{
    [Fact]
    public async Task The_roll_waits_for_an_alarm_and_goes_on_when_it_is_OK()
    {
        await using var rolling = await Rolling.StartAsync(Options(new AlarmOptions("composite", AlarmState.Alarm) { IsComposite = true }));
        using var program = rolling.Program();
        program.Start();
        await Until(() => program.Output.Any(line => line.Contains("the alarm composite is in ALARM (arn:aws:cloudwatch", StringComparison.Ordinal)));
        await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.Empty(Stops(rolling));

        rolling.Sandbox.CloudWatch.Set("composite", AlarmState.Ok);

        rolling.AssertRolled(await program.WaitAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task An_alarm_that_stays_ends_the_run_resumable_and_the_next_one_finishes()
    {
        await using var rolling = await Rolling.StartAsync(Options(new AlarmOptions("orders", AlarmState.InsufficientData), new AlarmOptions("queue")));
        using var program = rolling.Program(
            ("INPUT_MAX_NUMBER_OF_ITERATIONS_PER_NODE_UPDATE", "40"),
            ("INPUT_ITERATION_INTERVAL_SECONDS", (0.2 * MachinePace.Slowness).ToString("0.000", CultureInfo.InvariantCulture)));
        program.Start();
        await Until(() => Stops(rolling).Count() == 2);
        rolling.Sandbox.CloudWatch.Set("orders", AlarmState.Alarm);

        var result = await program.WaitAsync(TestContext.Current.CancellationToken);

        Require.That(result.ExitCode == 4, result);
        Assert.Equal(("alarm", "true", "2"), (rolling.Outputs()["failure-reason"], rolling.Outputs()["resumable"], rolling.Outputs()["nodes-updated"]));
        Assert.Contains("the alarm orders is in ALARM (Threshold Crossed:", result.Error, StringComparison.Ordinal);
        Assert.Equal(2, Stops(rolling).Count());
        Assert.All(rolling.Sandbox.Ec2.Truth, instance => Assert.Equal(Ec2State.Running, instance.State));
        Assert.Equal(
            ["Success", "Success", "Pending", "Pending"],
            rolling.State["EventStoreNodeUpdates"]!.AsArray().Select(node => (string)node!["NodeUpdateStatus"]!));
        rolling.AssertNoRuleBroken(result);

        rolling.Sandbox.CloudWatch.Set("orders", AlarmState.Ok);

        rolling.AssertRolled(await rolling.RunAsync());
    }

    [Fact]
    public async Task An_alarm_that_is_raised_while_a_node_bakes_takes_it_back_also_when_the_program_is_killed_on_the_way()
    {
        var bake = ("INPUT_BAKE_MINUTES", "1");
        await using var rolling = await Rolling.StartAsync(Options(new AlarmOptions("orders")));
        using (var victim = rolling.Program(bake))
        {
            victim.Start();
            await Until(() => victim.Output.Any(line => line.Contains(" bakes until ", StringComparison.Ordinal)));
            rolling.Sandbox.CloudWatch.Set("orders", AlarmState.Alarm);
            await Until(() => Stops(rolling).Count() == 2);
            victim.Kill();
            await victim.WaitAsync(TestContext.Current.CancellationToken);
        }

        var result = await rolling.RunAsync(bake);

        Require.That(result.ExitCode == 1, result);
        Assert.Equal(("alarm", "test-node4readonly", "true"), (rolling.Outputs()["failure-reason"], rolling.Outputs()["failed-node"], rolling.Outputs()["resumable"]));
        Assert.Contains("test-node4readonly bakes: the alarm orders is in ALARM", result.Error, StringComparison.Ordinal);
        Assert.Contains("was put back to t2.large and is level", result.Error, StringComparison.Ordinal);
        Assert.All(rolling.Sandbox.Ec2.Truth, instance => Assert.Equal(("t2.large", Ec2State.Running), (instance.Type, instance.State)));
    }

    [Theory]
    [InlineData("INPUT_ALARM_NAMES", "orders\nmisspelt", 3, "AlarmsExist: CloudWatch has no alarm misspelt")]
    [ExhaustiveData("INPUT_ALARM_NAMES", "%101", 2, "alarm-names has 101 names; there may be at most 100")]
    [ExhaustiveData("AWS_ENDPOINT_URL_CLOUDWATCH", "cloudwatch", 2, "AWS_ENDPOINT_URL_CLOUDWATCH")]
    public async Task What_cannot_be_waited_for_is_refused_before_anything_is_touched(string variable, string value, int exit, string message)
    {
        await using var rolling = await Rolling.StartAsync(Options(new AlarmOptions("orders")));
        value = value == "%101" ? string.Join(',', Enumerable.Range(1, 101)) : value;

        var result = await rolling.RunAsync((variable, value));

        Require.That(result.ExitCode == exit, result);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.Empty(rolling.Acts);
    }

    [Fact]
    public async Task A_denied_read_is_refused_with_the_action_that_the_policy_lacks()
    {
        await using var rolling = await Rolling.StartAsync(
            Options(new AlarmOptions("orders")) with { Faults = new Faults { DeniedActions = ["DescribeAlarms"] } });

        var result = await rolling.RunAsync();

        Require.That(result.ExitCode == 3, result);
        Assert.Contains("the IAM policy must allow cloudwatch:DescribeAlarms", result.Error, StringComparison.Ordinal);
        Assert.Empty(rolling.Acts);
    }

    [Fact]
    [Exhaustive]
    public async Task A_throttled_CloudWatch_only_slows_the_roll()
    {
        await using var rolling = await Rolling.StartAsync(
            Options(new AlarmOptions("orders")) with { Faults = new Faults { ThrottleEvery = 3 } });

        rolling.AssertRolled(await rolling.RunAsync());
    }

    internal static SandboxOptions Options(params AlarmOptions[] alarms) => new() { TimeScale = 40, Alarms = alarms };

    private static async Task Until(Func<bool> condition)
    {
        while (!condition())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    private static IEnumerable<string> Stops(Rolling rolling) =>
        rolling.Acts.Where(act => act.StartsWith("ec2 StopInstances", StringComparison.Ordinal));
}
