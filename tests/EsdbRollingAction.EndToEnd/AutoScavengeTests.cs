using System.Globalization;
using EsdbRollingAction.Sandbox;
using EsdbRollingAction.Sandbox.Model;

namespace EsdbRollingAction.EndToEnd;

public class AutoScavengeTests
{
    private static readonly SandboxOptions Licensed = new()
    {
        TimeScale = 40,
        ServerVersion = "25.0.1",
        AutoScavenge = AutoScavengeState.InProgress,
        Faults = new Faults { AutoScavengeResigns = true },
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_is_paused_before_the_first_node_goes_down_and_resumed_after_the_last_so_that_leadership_moves_once()
    {
        await using var rolling = await Rolling.StartAsync(Licensed);

        var result = await rolling.RunAsync();

        rolling.AssertRolled(result);
        var acts = rolling.Acts.ToList();
        Assert.Equal(["test-node2 /auto-scavenge/pause"], acts.Where(act => act.EndsWith("/pause", StringComparison.Ordinal)));
        Assert.Single(acts, act => act.EndsWith("/resume", StringComparison.Ordinal));
        var (first, last) = (acts.FindIndex(IsStop), acts.FindLastIndex(act => act.StartsWith("ec2 StartInstances", StringComparison.Ordinal)));
        Assert.InRange(acts.FindIndex(act => act.EndsWith("/pause", StringComparison.Ordinal)), 0, first - 1);
        Assert.InRange(acts.FindIndex(act => act.EndsWith("/resume", StringComparison.Ordinal)), last + 1, acts.Count);
        Assert.Equal(AutoScavengeState.InProgress, rolling.Sandbox.Cluster.AutoScavenge);
        Assert.Null(rolling.State["AutoScavengePausedAt"]);
        Assert.Equal(1, NewLeadersUntilItWasResumed(rolling));
        Assert.Contains("Auto-scavenge is resumed.", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    [Exhaustive]
    public async Task A_run_that_pauses_resumes_it_and_the_next_one_pauses_it_again()
    {
        await using var rolling = await Rolling.StartAsync(Licensed with { Faults = new Faults() });

        var canary = await rolling.RunAsync(("INPUT_MAX_NODES", "1"));

        Require.That(canary.ExitCode == 0, canary);
        Assert.Equal(("max-nodes", AutoScavengeState.InProgress), (rolling.Outputs()["paused-because"], rolling.Sandbox.Cluster.AutoScavenge));
        rolling.AssertRolled(await rolling.RunAsync());
        Assert.Equal(2, rolling.Acts.Count(act => act.EndsWith("/pause", StringComparison.Ordinal)));
        Assert.Equal(AutoScavengeState.InProgress, rolling.Sandbox.Cluster.AutoScavenge);
    }

    [Theory]
    [InlineData("apply")]
    [ExhaustiveData("recover")]
    public async Task What_a_killed_program_paused_the_next_one_resumes(string mode)
    {
        await using var rolling = await Rolling.StartAsync(Licensed);
        await KillWhenAsync(rolling, () => rolling.Sandbox.Ec2.Truth.Any(instance => instance.State is Ec2State.Stopped or Ec2State.Stopping));
        Assert.NotNull(rolling.State["AutoScavengePausedAt"]);
        Assert.Equal(AutoScavengeState.Paused, rolling.Sandbox.Cluster.AutoScavenge);

        var result = await rolling.RunAsync(("INPUT_MODE", mode));

        Require.That(result.ExitCode == 0, result);
        Assert.Equal(AutoScavengeState.InProgress, rolling.Sandbox.Cluster.AutoScavenge);
        Assert.Null(rolling.State["AutoScavengePausedAt"]);
        Assert.Single(rolling.Acts, act => act.EndsWith("/pause", StringComparison.Ordinal));
    }

    [Fact]
    [Exhaustive]
    public async Task A_roll_that_fails_resumes_it()
    {
        await using var rolling = await Rolling.StartAsync(Licensed with
        {
            Faults = new Faults { DatabaseFailsOn = "t2.xlarge", AutoScavengeResigns = true },
        });

        var result = await rolling.RunAsync(
            ("INPUT_ON_FAILURE", "stop"), ("INPUT_MAX_NUMBER_OF_ITERATIONS_PER_NODE_UPDATE", "20"));

        Require.That(result.ExitCode == 1, result);
        Assert.Equal(AutoScavengeState.InProgress, rolling.Sandbox.Cluster.AutoScavenge);
        Assert.Null(rolling.State["AutoScavengePausedAt"]);
    }

    [Fact]
    public async Task A_cancelled_program_resumes_it()
    {
        await using var rolling = await Rolling.StartAsync(Licensed);
        using var program = rolling.Program();
        program.Start();
        await Until(() => rolling.Sandbox.Cluster.AutoScavenge is AutoScavengeState.Paused);
        program.Signal("INT");

        var result = await program.WaitAsync(Token);

        Require.That(result.ExitCode == 130, result);
        Assert.Equal(AutoScavengeState.InProgress, rolling.Sandbox.Cluster.AutoScavenge);
        Assert.Null(rolling.State["AutoScavengePausedAt"]);
    }

    [Fact]
    public async Task What_a_person_paused_is_never_resumed()
    {
        await using var rolling = await Rolling.StartAsync(Licensed with { AutoScavenge = AutoScavengeState.Paused });

        var result = await rolling.RunAsync();

        rolling.AssertRolled(result);
        Assert.DoesNotContain(rolling.Acts, act => act.Contains("auto-scavenge", StringComparison.Ordinal));
        Assert.Contains("it is left so", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("23.10.6", AutoScavengeState.Waiting)]
    [ExhaustiveData("25.0.1", null)]
    public async Task Where_there_is_none_nothing_is_done_and_nothing_said(string version, AutoScavengeState? state)
    {
        await using var rolling = await Rolling.StartAsync(Licensed with { ServerVersion = version, AutoScavenge = state, Faults = new Faults() });

        var result = await rolling.RunAsync();

        rolling.AssertRolled(result);
        Assert.DoesNotContain(rolling.Acts, act => act.Contains("auto-scavenge", StringComparison.Ordinal));
        Assert.DoesNotContain("uto-scavenge", result.Output, StringComparison.Ordinal);
    }

    private static int NewLeadersUntilItWasResumed(Rolling rolling)
    {
        var resumed = rolling.Sandbox.Requests.Entries.Single(request => request.What.EndsWith("/resume", StringComparison.Ordinal)).At;
        return rolling.Sandbox.Referee.History.Count(line =>
            line.Contains(": Leader,", StringComparison.Ordinal)
            && !line.Contains("test-node2:", StringComparison.Ordinal)
            && double.Parse(line.TrimStart().Split(' ')[0], CultureInfo.InvariantCulture) < resumed.TotalSeconds);
    }

    private static bool IsStop(string act) => act.StartsWith("ec2 StopInstances", StringComparison.Ordinal);

    private static async Task KillWhenAsync(Rolling rolling, Func<bool> condition)
    {
        using var victim = rolling.Program();
        victim.Start();
        await Until(condition);
        victim.Kill();
        await victim.WaitAsync(Token);
    }

    private static async Task Until(Func<bool> condition)
    {
        while (!condition())
        {
            await Task.Delay(5, Token);
        }
    }
}
