namespace EsdbRollingAction.EndToEnd;

public class SignalTests
{
    [Theory]
    [InlineData("INT", 130, 0.5)]
    [ExhaustiveData("INT", 130, 2.5)]
    [ExhaustiveData("TERM", 143, 1.5)]
    [ExhaustiveData("TERM", 143, 4.0)]
    public async Task A_signal_ends_the_program_with_its_state_saved_and_the_next_run_carries_on(string signal, int exitCode, double afterSeconds)
    {
        await using var rolling = await Rolling.StartAsync();
        using var program = rolling.Program();
        program.Start();
        await WaitForFirstAct(rolling);
        await Task.Delay(TimeSpan.FromSeconds(afterSeconds), TestContext.Current.CancellationToken);

        program.Signal(signal);
        var signalled = rolling.Acts.Count();
        var result = await program.WaitAsync(TestContext.Current.CancellationToken);

        Require.That(result.ExitCode == exitCode, result);
        // One may have been on its way.
        var after = ActsAfter(signalled, rolling);
        Require.That(after.Count <= 1, result, $"after the signal: {string.Join(", ", after)}");
        Assert.Equal(("cancelled", "true"), (rolling.Outputs()["failure-reason"], rolling.Outputs()["resumable"]));
        Assert.Equal("InProgress", (string)rolling.State["ClusterUpdateStatus"]!);
        rolling.AssertRolled(await rolling.RunAsync());
    }

    /// <summary>So it is started by a runner that a script started in its background.</summary>
    [Theory]
    [InlineData("INT", 130)]
    [ExhaustiveData("TERM", 143)]
    public async Task A_signal_is_heard_at_once_though_whoever_started_the_program_ignores_it(string signal, int exitCode)
    {
        await using var rolling = await Rolling.StartAsync();
        using var program = rolling.Program(through: ["sh", "-c", $"trap '' {signal}; exec \"$@\"", "sh"]);
        program.Start();
        await WaitForFirstAct(rolling);

        program.Signal(signal);
        var signalled = rolling.Acts.Count();
        var result = await program.WaitAsync(TestContext.Current.CancellationToken);

        Require.That(result.ExitCode == exitCode, result);
        Assert.True(ActsAfter(signalled, rolling).Count <= 1, result.Output);
        Assert.Equal("cancelled", rolling.Outputs()["failure-reason"]);
    }

    /// <summary>What is held, capacity or the lease on several instances, is given back however a run ends.</summary>
    private static List<string> ActsAfter(int signalled, Rolling rolling) =>
        [.. rolling.Acts.Skip(signalled).Where(act => act.Split(' ')[1] is not ("CancelCapacityReservation" or "DeleteTags"))];

    private static async Task WaitForFirstAct(Rolling rolling)
    {
        while (!rolling.Acts.Any())
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }
}
