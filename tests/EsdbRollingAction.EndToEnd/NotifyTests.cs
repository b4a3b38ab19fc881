using EsdbRollingAction.Sandbox;

namespace EsdbRollingAction.EndToEnd;

/// <summary>Notices of the real program, over TLS. That the address is nowhere in what it prints or leaves is checked of every run.</summary>
public class NotifyTests
{
    [Fact]
    public async Task A_roll_tells_that_it_began_and_that_it_is_done_with_all_outputs()
    {
        using var chat = new FakeChat();
        using var github = new FakeGitHub();
        await using var rolling = await Rolling.StartAsync();

        var result = await rolling.RunAsync([.. github.Job(rolling.Sandbox.Folder), .. chat.Variables]);

        rolling.AssertRolled(result);
        Assert.Equal(["began", "done"], chat.Events);
        var (began, done) = (chat.Notices[0], chat.Notices[1]);
        Assert.Equal(
            ("InProgress", "0", "4", "false"),
            ((string)began["cluster-update-status"]!, (string)began["nodes-updated"]!, (string)began["nodes-total"]!, (string)began["changed"]!));
        Assert.All(
            rolling.Outputs().Where(output => output.Key is not ("bring-back" or "state-artifact")),
            output => Assert.Equal(output.Value, (string)done[output.Key]!));
        Assert.Matches(@"^[\w.]+: 🚀 The update to t2.xlarge begins: 0 of 4 nodes are done. https://github.com/org/ops/actions/runs/77$", (string)began["text"]!);
        Assert.Matches(@"^[\w.]+: ✅ Done: 4 of 4 nodes have type t2.xlarge, 4 of them changed by this update\..* https://github.com/org/ops/actions/runs/77$", (string)done["text"]!);
    }

    [Fact]
    public async Task A_cluster_that_is_as_wanted_and_a_plan_are_not_worth_a_notice()
    {
        using var chat = new FakeChat();
        await using var rolling = await Rolling.StartAsync(new SandboxOptions { InstanceType = "t2.xlarge" });

        rolling.AssertRolled(await rolling.RunAsync(chat.Variables));
        var plan = await rolling.RunAsync([.. chat.Variables, ("INPUT_MODE", "plan"), ("INPUT_TARGET_INSTANCE_TYPE", "t2.large")]);

        Assert.Equal(0, plan.ExitCode);
        Assert.Empty(chat.Notices);
    }

    [Fact]
    public async Task A_refused_update_is_told_as_failed_with_its_reason()
    {
        using var chat = new FakeChat();
        await using var rolling = await Rolling.StartAsync();

        var result = await rolling.RunAsync([.. chat.Variables, ("INPUT_TARGET_INSTANCE_TYPE", "t2.gigantic")]);

        Assert.Equal(3, result.ExitCode);
        Assert.Equal(["failed"], chat.Events);
        Assert.Equal("preflight-refused", (string)chat.Notices[0]["failure-reason"]!);
        Assert.Contains("t2.gigantic", (string)chat.Notices[0]["text"]!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("500", "it was answered HTTP 500")]
    [InlineData("silent", "")]
    [ExhaustiveData("nowhere", "there is no connection")]
    [ExhaustiveData("not trusted", "there is no TLS connection")]
    public async Task Whatever_the_address_does_the_roll_ends_as_it_would_without_and_the_log_says_it_once(string address, string said)
    {
        using var chat = new FakeChat(500);
        await using var rolling = await Rolling.StartAsync();

        var result = await rolling.RunAsync(address switch
        {
            "silent" => chat.Silent,
            "nowhere" => chat.Nowhere,
            "not trusted" => [chat.Variables[0]],
            _ => chat.Variables,
        });

        rolling.AssertRolled(result);
        Assert.Equal(("Success", ""), (rolling.Outputs()["cluster-update-status"], rolling.Outputs()["failure-reason"]));
        Assert.Contains(said, Assert.Single(result.Output.Split('\n'), line => line.Contains("A notice could not be sent", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("INT", 130)]
    [ExhaustiveData("TERM", 143)]
    public async Task A_cancelled_run_saves_its_state_before_an_address_that_says_nothing_is_given_up(string signal, int exitCode)
    {
        using var chat = new FakeChat();
        await using var rolling = await Rolling.StartAsync();
        using var program = rolling.Program(chat.Silent);
        program.Start();
        await UntilANodeIsStoppedAsync(rolling);

        program.Signal(signal);
        var result = await program.WaitAsync(TestContext.Current.CancellationToken);

        Require.That(result.ExitCode == exitCode, result);
        Assert.Equal(("cancelled", "true"), (rolling.Outputs()["failure-reason"], rolling.Outputs()["resumable"]));
        Assert.Equal("InProgress", (string)rolling.State["ClusterUpdateStatus"]!);
        Assert.Contains("it was not answered before the run ended", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancelled_run_and_the_one_that_goes_on_tell_both_ends()
    {
        using var chat = new FakeChat();
        await using var rolling = await Rolling.StartAsync();
        using var program = rolling.Program(chat.Variables);
        program.Start();
        await UntilANodeIsStoppedAsync(rolling);

        program.Signal("INT");
        Assert.Equal(130, (await program.WaitAsync(TestContext.Current.CancellationToken)).ExitCode);
        rolling.AssertRolled(await rolling.RunAsync(chat.Variables));

        Assert.Equal(["began", "cancelled", "began", "done"], chat.Events);
        Assert.Contains("goes on", (string)chat.Notices[2]["text"]!, StringComparison.Ordinal);
    }

    [Fact]
    [Exhaustive]
    public async Task Step_by_step_the_update_begins_once_and_ends_once()
    {
        using var chat = new FakeChat();
        await using var rolling = await Rolling.StartAsync();

        for (var step = 0; step < 400 && chat.Events.LastOrDefault() is not "done"; step++)
        {
            var result = await rolling.RunAsync([.. chat.Variables, ("INPUT_MODE", "step"), ("INPUT_ITERATION_INTERVAL_SECONDS", "1")]);
            Require.That(result.ExitCode == 0, result);
        }

        Assert.Equal(["began", "done"], chat.Events);
    }

    private static async Task UntilANodeIsStoppedAsync(Rolling rolling)
    {
        while (!rolling.Acts.Any(act => act.Contains("StopInstances", StringComparison.Ordinal)))
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }
}
