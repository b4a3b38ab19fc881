using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EsdbRollingAction.Sandbox.CommandLine;

namespace EsdbRollingAction.EndToEnd;

/// <summary>The command that README offers: what it shows, leaves behind, and carries on.</summary>
public sealed partial class SandboxCommandTests : IDisposable
{
    private static readonly string[] Quick = ["--time-scale", "100", "--backlog-mb", "5"];
    private readonly string folder = Directory.CreateTempSubdirectory("esdb-test-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    [Exhaustive]
    public async Task A_roll_is_killed_then_resumed_then_rolled_back_over_the_same_cluster()
    {
        var (killedCode, killed) = await RunAsync("--kill-after", "2");

        Require.That(killedCode == 0, $"exit code {killedCode}", killed);
        Assert.Contains("The program was killed (SIGKILL) 2 s after its start", killed, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^(No instance is off\.|Off: test-node.* \(i-\w+, t2\.x?large, stopp(ing|ed)\)\.)\r?$", killed);
        Assert.Contains($"Sandbox -- --time-scale 100 --backlog-mb 5 --folder {folder} --resume", killed, StringComparison.Ordinal);

        var (resumedCode, resumed) = await RunAsync("--resume");

        Require.That(resumedCode == 0, $"exit code {resumedCode}", resumed);
        Assert.Equal(Addresses(killed), Addresses(resumed));
        Assert.Contains("Done: 4 of 4 nodes have type t2.xlarge, 4 of them changed by this update.", resumed, StringComparison.Ordinal);
        Assert.Equal("Success", (string?)JsonNode.Parse(await ReadAsync("state", resumed))!["ClusterUpdateStatus"]);
        Assert.StartsWith("## ✅ Done: 4 of 4 nodes have type t2.xlarge", await ReadAsync("job summary", resumed), StringComparison.Ordinal);

        var (rolledBackCode, rolledBack) = await RunAsync("--mode", "rollback");

        Require.That(rolledBackCode == 0, $"exit code {rolledBackCode}", rolledBack);
        Assert.Contains("Rolled back: 4 of 4 nodes are as they were before the update to t2.xlarge", rolledBack, StringComparison.Ordinal);
        Assert.Contains("nodes updated        4 of 4", rolledBack, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plan_changes_nothing_leaves_its_summary_and_no_line_of_it_looks_like_an_error()
    {
        var (exitCode, planned) = await RunAsync("--mode", "plan");

        Require.That(exitCode == 0, $"exit code {exitCode}", planned);
        Assert.Contains("CancelCapacityReservation: it can be tried only on a reservation", planned, StringComparison.Ordinal);
        Assert.Contains("Planned: 4 of 4 nodes would be changed, nothing was.", planned, StringComparison.Ordinal);
        Assert.Contains("Planned", await ReadAsync("job summary", planned), StringComparison.Ordinal);
        Assert.DoesNotContain(planned.Split('\n'), line => Alarming().IsMatch(line));
    }

    private static IEnumerable<string> Addresses(string shown) => Address().Matches(shown).Select(match => match.Value).Distinct().Take(4);

    /// <summary>The file that the end of the command names.</summary>
    private static async Task<string> ReadAsync(string what, string shown)
    {
        var line = shown.Split('\n').Last(line => line.StartsWith($"{what} ", StringComparison.Ordinal));
        return await File.ReadAllTextAsync(line[21..].TrimEnd(), TestContext.Current.CancellationToken);
    }

    private async Task<(int ExitCode, string Shown)> RunAsync(params string[] words)
    {
        using var writer = new StringWriter();
        using var shown = TextWriter.Synchronized(writer);
        var exitCode = await SandboxCommand.RunAsync([.. Quick, "--folder", folder, .. words], shown, shown);
        return (exitCode, writer.ToString());
    }

    [GeneratedRegex("error|warning|(?<!may )fail|refus|denied|not proven|could not|cannot be|exception|defect", RegexOptions.IgnoreCase)]
    private static partial Regex Alarming();

    [GeneratedRegex(@"127\.\d+\.\d+\.\d+:\d+")]
    private static partial Regex Address();
}
