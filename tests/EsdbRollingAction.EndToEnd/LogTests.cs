using EsdbRollingAction.Sandbox;

namespace EsdbRollingAction.EndToEnd;

public class LogTests
{
    [Fact]
    [Exhaustive]
    public async Task On_GitHub_a_roll_has_a_group_for_each_node_and_a_notice_at_the_end()
    {
        await using var rolling = await Rolling.StartAsync();

        var result = await rolling.RunAsync(("GITHUB_ACTIONS", "true"), ("NO_COLOR", "1"), ("RUNNER_DEBUG", ""));

        rolling.AssertRolled(result);
        var commands = Commands(result);
        Assert.Equal(
            [.. Enumerable.Repeat(new[] { "::group", "::endgroup" }, 4).SelectMany(pair => pair), "::notice title=esdb-rolling-update"],
            commands.Select(line => line[..line.IndexOf("::", 2, StringComparison.Ordinal)]));
        Assert.Contains("Done: 4 of 4 nodes", result.Output.Split(Environment.NewLine)[^1], StringComparison.Ordinal);
        Assert.DoesNotContain("\e", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task On_GitHub_a_failure_is_one_error_annotation_and_nothing_on_standard_error()
    {
        await using var rolling = await Rolling.StartAsync();

        var result = await rolling.RunAsync(("GITHUB_ACTIONS", "true"), ("RUNNER_DEBUG", ""), ("INPUT_TARGET_INSTANCE_TYPE", "t2.gigantic"));

        Assert.Equal((3, ""), (result.ExitCode, result.Error));
        Assert.StartsWith("::error title=esdb-rolling-update::preflight-refused: ", Assert.Single(Commands(result)), StringComparison.Ordinal);
    }

    private static List<string> Commands(ProgramResult result) =>
        [.. result.Output.Split(Environment.NewLine).Where(line => line.StartsWith("::", StringComparison.Ordinal))];
}
