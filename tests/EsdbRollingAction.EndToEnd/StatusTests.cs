using System.Globalization;
using EsdbRollingAction.Sandbox;
using EsdbRollingAction.Sandbox.Model;

namespace EsdbRollingAction.EndToEnd;

/// <summary><c>mode: status</c> with a connection string and nothing else.</summary>
public class StatusTests
{
    private const string OtherRun = "https://github.com/org/ops/actions/runs/4711";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Of_a_cluster_that_is_well_it_shows_every_node_and_ends_with_0()
    {
        await using var rolling = await Rolling.StartAsync();

        var (result, summary) = await LookAsync(rolling);

        Require.That(result.ExitCode == 0, result);
        Assert.Contains("3 of 3 voters are up and level, and 1 of 1 read-only replicas; test-node2 leads, nothing was changed.", result.Output, StringComparison.Ordinal);
        Assert.Matches(@"well  test-node2 +Leader +level +23\.10\.6\S* +i-061d6f4c1f38f1700 +t2\.large +running", result.Output);
        Assert.Matches(@"well  test-node4readonly +read-only replica +level", result.Output);
        Assert.Contains("well  NoRunHoldsTheLease: no run holds the cluster's lease", result.Output, StringComparison.Ordinal);
        Assert.StartsWith("## ✅ 3 of 3 voters are up and level", summary, StringComparison.Ordinal);
        Assert.Contains("| ✅ | test-node | Follower | level", summary, StringComparison.Ordinal);
        Assert.Equal(("", "4", "", "false"), (rolling.Outputs()["failure-reason"], rolling.Outputs()["nodes-total"], rolling.Outputs()["checks-noted"], rolling.Outputs()["bring-back"]));
    }

    [Fact]
    public async Task It_needs_no_user_and_says_what_it_could_not_know_for_that()
    {
        await using var rolling = await Rolling.StartAsync();

        var (result, _) = await LookAsync(rolling, ("INPUT_CONNECTION_STRING", rolling.Sandbox.ConnectionString.Replace($"admin:{Uri.EscapeDataString(Rolling.Password)}@", "", StringComparison.Ordinal)));

        Require.That(result.ExitCode == 0, result);
        Assert.Contains("note  VotersAreKnown: 3 voters are known from gossip, and not how many are configured", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_follower_that_is_dead_is_named_and_the_job_fails()
    {
        using var chat = new FakeChat();
        await using var rolling = await Rolling.StartAsync();
        rolling.Sandbox.Cluster.Crash("test-node", restartAfterSeconds: 1e6);

        var (result, summary) = await LookAsync(rolling, chat.Variables);

        Assert.Equal((3, "preflight-refused"), (result.ExitCode, rolling.Outputs()["failure-reason"]));
        Assert.Contains("2 of 3 voters are up and level", result.Error, StringComparison.Ordinal);
        Assert.Matches("NodeIsLevel: test-node: (refused|reset) the connection", result.Error);
        Assert.Matches(@"LOOK  test-node +voter +re\w+ the connection .* t2\.large +running", result.Output);
        Assert.StartsWith("## ❌ 2 of 3 voters are up and level", summary, StringComparison.Ordinal);
        Assert.Equal(["failed"], chat.Events);
        Assert.Contains("2 of 3 voters are up and level", (string)chat.Notices[0]["text"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_EC2_will_retire_is_named_and_the_job_fails()
    {
        await using var rolling = await Rolling.StartAsync(new SandboxOptions { TimeScale = 40, Retiring = "test-node3" });

        var (result, _) = await LookAsync(rolling);

        Assert.Equal(3, result.ExitCode);
        Assert.Contains("NothingIsScheduled: test-node3: EC2 has scheduled instance-retirement", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_killed_run_left_is_named_with_the_run_and_what_goes_on_with_it()
    {
        await using var rolling = await Rolling.StartAsync();
        var off = await rolling.KillInTheMiddleAsync(Token);
        HoldLease(rolling, TimeProvider.System.GetUtcNow().AddHours(-8));
        var state = await File.ReadAllTextAsync(rolling.StatePath, Token);

        var (result, summary) = await LookAsync(rolling);

        Assert.Equal(3, result.ExitCode);
        Assert.Matches($"InstanceRuns: {off.Node}: {off.Id} is stop(ped|ping) with type", result.Error);
        Assert.Matches($"NoUpdateHasBegun: {off.Node}: an update to t2.xlarge began with it and has not finished it; before, it was type t2.large", result.Error);
        Assert.Contains("Run the update again with the same inputs: it goes on from there", result.Error, StringComparison.Ordinal);
        Assert.Contains($"{OtherRun} ended in the middle of an update: it holds the lease, renewed at ", result.Error, StringComparison.Ordinal);
        Assert.Matches("NoUpdateIsUnfinished: by .*state.json . of 4 nodes are updated to t2.xlarge; the update has not ended", result.Error);
        Assert.Contains($"[the run that holds the lease]({OtherRun})", summary, StringComparison.Ordinal);
        Assert.Equal(state, await File.ReadAllTextAsync(rolling.StatePath, Token));
    }

    [Fact]
    public async Task While_another_run_works_on_the_cluster_it_is_named_and_nobody_has_to_look()
    {
        await using var rolling = await Rolling.StartAsync();
        using var github = new FakeGitHub();
        HoldLease(rolling, TimeProvider.System.GetUtcNow());
        await using var renewing = new Timer(_ => HoldLease(rolling, TimeProvider.System.GetUtcNow()), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));

        var (result, summary) = await LookAsync(rolling, github.Job(rolling.Sandbox.Folder));

        Require.That(result.ExitCode == 0, result);
        Assert.Empty(github.Requests("/repos/org/ops/check-runs"));
        Assert.DoesNotContain("state-artifact", rolling.Outputs().Keys);
        Assert.Matches($"note  NoRunHoldsTheLease: {OtherRun} works on the cluster, renewed at 20", result.Output);
        Assert.Contains($"[the run that holds the lease]({OtherRun})", summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_nothing_answers_it_shows_what_EC2_says_and_ends_as_every_run()
    {
        await using var rolling = await Rolling.StartAsync();
        foreach (var instance in rolling.Sandbox.Ec2.Truth)
        {
            rolling.Sandbox.Ec2.Stop(instance.Id);
        }

        while (rolling.Sandbox.Ec2.Truth.Any(instance => instance.State is not Ec2State.Stopped))
        {
            await Task.Delay(10, Token);
        }

        var (result, _) = await LookAsync(rolling);

        Assert.Equal((4, "cluster-unreachable"), (result.ExitCode, rolling.Outputs()["failure-reason"]));
        Assert.Contains("No node answers; 0 of 4 instances run", result.Error, StringComparison.Ordinal);
        Assert.Matches(@"LOOK  test-node3 +– +does not answer +– +i-03191b6f020b34580 +t2\.large +stopped", result.Output);
    }

    [Fact]
    public async Task Where_instances_may_not_be_described_the_nodes_are_shown_and_what_is_missing_is_named()
    {
        await using var rolling = await Rolling.StartAsync(Denying("DescribeInstances"));

        var (result, _) = await LookAsync(rolling);

        Assert.Equal((3, "preflight-refused"), (result.ExitCode, rolling.Outputs()["failure-reason"]));
        Assert.Contains("ec2:DescribeInstances", result.Error, StringComparison.Ordinal);
        Assert.Contains("3 of 3 voters are up and level", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_else_may_not_be_read_is_noted()
    {
        await using var rolling = await Rolling.StartAsync(Denying("DescribeInstanceStatus", "DescribeCapacityReservations"));

        var (result, _) = await LookAsync(rolling);

        Require.That(result.ExitCode == 0, result);
        Assert.Matches("note  NothingIsScheduled: not checked: .*ec2:DescribeInstanceStatus", result.Output);
        Assert.Matches("note  NoCapacityIsHeld: not checked: .*ec2:DescribeCapacityReservations", result.Output);
    }

    /// <summary>Looks, and proves that it did no more than look: EC2 was asked to describe, no node was sent anything, no file was written.</summary>
    private static async Task<(ProgramResult Result, string Summary)> LookAsync(Rolling rolling, params (string Name, string? Value)[] more)
    {
        var before = rolling.Sandbox.Requests.Entries.Count;
        var files = FilesIn(rolling);
        var summary = Path.Combine(rolling.Sandbox.Folder, "summary.md");

        var result = await rolling.RunAsync([("INPUT_MODE", "status"), ("INPUT_TARGET_INSTANCE_TYPE", null), ("GITHUB_STEP_SUMMARY", summary), .. more]);

        var asked = rolling.Sandbox.Requests.Entries.Skip(before).ToList();
        Assert.All(asked.Where(request => request.Target == "ec2"), request => Assert.StartsWith("Describe", request.What, StringComparison.Ordinal));
        Assert.All(asked.Where(request => request.Target != "ec2"), request => Assert.Equal("GET", request.Method));
        Assert.Equal(files.Append(summary).Append(rolling.OutputsPath).Distinct().Order(StringComparer.Ordinal), FilesIn(rolling));
        return (result, await File.ReadAllTextAsync(summary, Token));
    }

    private static List<string> FilesIn(Rolling rolling) => [.. Directory.GetFiles(rolling.Sandbox.Folder).Order(StringComparer.Ordinal)];

    private static SandboxOptions Denying(params string[] actions) => new() { TimeScale = 40, Faults = new Faults { DeniedActions = actions } };

    /// <summary>As another run's owner writes it, on every instance.</summary>
    private static void HoldLease(Rolling rolling, DateTimeOffset renewed)
    {
        var at = renewed.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        foreach (var instance in rolling.Sandbox.Ec2.Truth)
        {
            rolling.Sandbox.Ec2.Tag(instance.Id, Ec2.LeaseTag, $"owner={OtherRun} id=0a1b2c3d epoch=3 renewed={at}");
        }
    }
}
