namespace EsdbRollingAction.EndToEnd;

public class PlanTests
{
    [Fact]
    public async Task A_plan_changes_nothing_and_what_was_approved_is_rolled()
    {
        await using var rolling = await Rolling.StartAsync();

        var planned = await rolling.RunAsync(("INPUT_MODE", "plan"));

        Assert.True(planned.ExitCode == 0, planned.Error);
        Assert.Empty(rolling.Acts);
        var outputs = rolling.Outputs();
        Assert.Equal(("Pending", "4", "0", "false"), (outputs["cluster-update-status"], outputs["nodes-total"], outputs["nodes-updated"], outputs["changed"]));
        rolling.AssertRolled(await rolling.RunAsync(("INPUT_EXPECTED_PLAN_DIGEST", outputs["plan-digest"])));
        Assert.Equal(outputs["plan-digest"], rolling.Outputs()["plan-digest"]);
    }

    [Fact]
    public async Task What_is_not_what_was_approved_is_refused_and_nothing_is_touched()
    {
        await using var rolling = await Rolling.StartAsync();
        await rolling.RunAsync(("INPUT_MODE", "plan"));

        var refused = await rolling.RunAsync(
            ("INPUT_EXPECTED_PLAN_DIGEST", rolling.Outputs()["plan-digest"]),
            ("INPUT_TARGET_INSTANCE_TYPE", "m5.large"),
            ("INPUT_STATE_FILE", $"{rolling.StatePath}.other"));

        Assert.Equal((3, "plan-changed", "4"), (refused.ExitCode, rolling.Outputs()["failure-reason"], rolling.Outputs()["nodes-total"]));
        Assert.Empty(rolling.Acts);
    }

    [Fact]
    [Exhaustive]
    public async Task A_run_whose_time_is_over_begins_no_node_and_a_later_one_goes_on()
    {
        await using var rolling = await Rolling.StartAsync();

        var late = await rolling.RunAsync(("INPUT_TIME_LIMIT_MINUTES", "0.08"));

        Assert.Equal(4, late.ExitCode);
        Assert.Contains("error: time-limit: ", late.Error, StringComparison.Ordinal);
        Assert.Equal(("time-limit", "true"), (rolling.Outputs()["failure-reason"], rolling.Outputs()["resumable"]));
        Assert.All(rolling.Sandbox.Ec2.Truth, instance => Assert.Equal(EsdbRollingAction.Sandbox.Model.Ec2State.Running, instance.State));
        rolling.AssertRolled(await rolling.RunAsync(("INPUT_TIME_LIMIT_MINUTES", "10")));
    }
}
