using System.Text.Json.Nodes;
using EsdbRollingAction.Sandbox;

namespace EsdbRollingAction.EndToEnd;

[Exhaustive]
public sealed class HangingEc2Tests : IDisposable
{
    private readonly FakeGitHub github = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => github.Dispose();

    [Fact]
    public async Task Cancelled_while_EC2_hangs_and_capacity_is_held_the_program_still_says_how_it_ended()
    {
        await using var rolling = await Rolling.StartAsync(new SandboxOptions { TimeScale = 40, Faults = new Faults { HangsFrom = "StopInstances" } });
        using var program = rolling.Program(github.Job(rolling.Sandbox.Folder));
        program.Start();
        await rolling.Sandbox.Ec2Hangs.WaitAsync(Token);
        Assert.Contains(rolling.Sandbox.Ec2.Reservations, reservation => reservation.IsHeld);

        program.Signal("INT");
        var result = await program.WaitAsync(Token);

        Require.That(result.ExitCode == 130, result);
        Assert.Equal(("cancelled", "true"), (rolling.Outputs()["failure-reason"], rolling.Outputs()["resumable"]));
        Assert.Contains("Cancelled", await File.ReadAllTextAsync(Path.Combine(rolling.Sandbox.Folder, "summary.md"), Token), StringComparison.Ordinal);
        Assert.Equal("completed", (string?)JsonNode.Parse(github.Requests("/repos/org/ops/check-runs")[^1].Body!)!["status"]);
        Assert.Equal("InProgress", (string)rolling.State["ClusterUpdateStatus"]!);

        rolling.Sandbox.EndOutage();
        rolling.AssertRolled(await rolling.RunAsync(github.Job(rolling.Sandbox.Folder, attempt: 2)));
        Assert.DoesNotContain(rolling.Sandbox.Ec2.Reservations, reservation => reservation.IsHeld);
    }
}
