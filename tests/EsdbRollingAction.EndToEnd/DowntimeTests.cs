using EsdbRollingAction.Sandbox;

namespace EsdbRollingAction.EndToEnd;

public class DowntimeTests
{
    private static SandboxOptions OneVoter => new() { TimeScale = 40, Nodes = [new("alone", "i-0a")], Leader = "alone" };

    [Fact]
    public async Task A_cluster_of_one_voter_is_refused()
    {
        await using var rolling = await Rolling.StartAsync(OneVoter);

        var result = await rolling.RunAsync();

        Assert.Equal((3, "preflight-refused"), (result.ExitCode, rolling.Outputs()["failure-reason"]));
        Assert.Contains("ClusterCanSpareAVoter", result.Error, StringComparison.Ordinal);
        Assert.Contains("allow-downtime", result.Error, StringComparison.Ordinal);
        Assert.Empty(rolling.Acts);
    }

    [Fact]
    public async Task A_cluster_of_one_voter_is_updated_where_downtime_is_allowed()
    {
        await using var rolling = await Rolling.StartAsync(OneVoter);

        var result = await rolling.RunAsync(("INPUT_ALLOW_DOWNTIME", "true"));

        Require.That(result.ExitCode == 0, result);
        Assert.Equal(1, rolling.Sandbox.Report().NodesUpdated);
        Assert.Equal(["leader-stopped", "quorum-lost"], rolling.Sandbox.Referee.BrokenRules.Select(broken => broken.Rule).Distinct().Order());
    }
}
