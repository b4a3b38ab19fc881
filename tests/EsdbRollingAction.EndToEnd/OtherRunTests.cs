using EsdbRollingAction.Sandbox.Model;

namespace EsdbRollingAction.EndToEnd;

public class OtherRunTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_second_run_on_the_same_cluster_is_refused_while_the_first_lives_and_the_first_is_not_disturbed()
    {
        // The lease lives by the real clock: the first run has to be there when it renews it after 20 s.
        await using var rolling = await Rolling.StartAsync(new() { TimeScale = 8 });
        using var first = rolling.Program();
        first.Start();
        await Until(() => rolling.Sandbox.Ec2.Truth.Any(instance => instance.State == Ec2State.Stopped));

        var second = await rolling.RunAsync(("INPUT_STATE_FILE", Path.Combine(rolling.Sandbox.Folder, "second.json")));

        Assert.Equal(3, second.ExitCode);
        var outputs = rolling.Outputs();
        Assert.Equal(("locked", "false", "4"), (outputs["failure-reason"], outputs["changed"], outputs["nodes-total"]));
        Assert.Contains("The cluster's lease is held by", second.Error, StringComparison.Ordinal);
        Assert.Contains("s ago", second.Error, StringComparison.Ordinal);
        Assert.Contains("take-over", second.Error, StringComparison.Ordinal);
        rolling.AssertRolled(await first.WaitAsync(Token));
    }

    [Fact]
    [Exhaustive]
    public async Task A_run_that_takes_over_goes_on_and_the_first_leaves_it_to_the_second()
    {
        // Reads show the new lease for certain 15 s after the first run acquired its own, by the real clock: it has to be there still.
        await using var rolling = await Rolling.StartAsync(new() { TimeScale = 8 });
        using var first = rolling.Program();
        first.Start();
        await Until(() => rolling.Sandbox.Ec2.Truth.Any(instance => instance.State == Ec2State.Stopped));

        var second = await rolling.RunAsync(("INPUT_STATE_FILE", Path.Combine(rolling.Sandbox.Folder, "second.json")), ("INPUT_TAKE_OVER", "true"));

        var end = await first.WaitAsync(Token);
        Assert.Equal((0, 4), (second.ExitCode, end.ExitCode));
        Assert.Contains("taken-over", end.Error, StringComparison.Ordinal);

        // Both may change the type of the instance that is off at the same moment: EC2 refuses what comes when the other has started it.
        Assert.All(rolling.Sandbox.Referee.BrokenRules, broken => Assert.Equal("type-changed-while-running", broken.Rule));
        Assert.Equal(4, rolling.Sandbox.Report().NodesUpdated);
    }

    [Fact]
    [Exhaustive]
    public async Task Of_a_killed_run_without_its_state_everything_is_found_again_by_the_next()
    {
        await using var rolling = await Rolling.StartAsync();
        using var first = rolling.Program();
        first.Start();
        await Until(() => rolling.Sandbox.Ec2.Truth.Any(instance => instance.State == Ec2State.Stopped));
        first.Kill();
        await first.WaitAsync(Token);
        File.Delete(rolling.StatePath);
        Assert.Contains(rolling.Sandbox.Ec2.Truth, instance => instance.Tags.ContainsKey(Ec2.LeaseTag));

        var next = await rolling.RunAsync();

        rolling.AssertRolled(next);
        Assert.Contains("has not renewed its lease: it has expired", next.Output, StringComparison.Ordinal);
        Assert.All(rolling.State["EventStoreNodeUpdates"]!.AsArray(), node => Assert.Equal("t2.large", (string)node!["OriginalInstanceType"]!));
        Assert.DoesNotContain(rolling.Sandbox.Ec2.Truth, instance => instance.Tags.ContainsKey(Ec2.LeaseTag));
    }

    [Theory]
    [ExhaustiveData(0.8)]
    [ExhaustiveData(2.2)]
    public async Task A_run_that_is_interrupted_leaves_no_capacity_held(double afterSeconds)
    {
        await using var rolling = await Rolling.StartAsync();
        using var program = rolling.Program();
        program.Start();
        await Until(() => rolling.Sandbox.Ec2.Reservations.Count > 0);
        await Task.Delay(TimeSpan.FromSeconds(afterSeconds), TimeProvider.System, Token);
        program.Signal("INT");

        Assert.Equal(130, (await program.WaitAsync(Token)).ExitCode);
        Assert.DoesNotContain(rolling.Sandbox.Ec2.Reservations, reservation => reservation.IsHeld);
        rolling.AssertRolled(await rolling.RunAsync());
    }

    private static async Task Until(Func<bool> condition)
    {
        while (!condition())
        {
            await Task.Delay(10, Token);
        }
    }
}
