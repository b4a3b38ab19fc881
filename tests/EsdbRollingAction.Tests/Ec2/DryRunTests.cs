using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Ec2;

namespace EsdbRollingAction.Tests.Ec2;

public sealed class DryRunTests : IDisposable
{
    private static readonly string Allowed = Ec2Answers.Error("DryRunOperation", "Request would have succeeded, but DryRun flag is set.");
    private static readonly Instance[] Running =
        [new("i-1", InstanceState.Running, "t2.large", "a", [], null, []), new("i-2", InstanceState.Running, "m5.large", "b", [], null, [])];

    private readonly StubEc2 ec2 = new();

    private static readonly PlannedCalls TypeChange = new(ChangesType: true);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => ec2.Dispose();

    [Fact]
    public async Task Who_reboots_tries_a_reboot_and_no_change_of_type()
    {
        ec2.Answer(Allowed, 412);

        var instances = new Ec2Instances(ec2.Calls, CapacityPolicy.Required);
        var checks = await instances.TryPermissionsAsync(Running, instance => instance.Type, new PlannedCalls(Reboots: true), Token);

        Assert.Equal(["StartInstances", "RebootInstances", "CreateTags", "DeleteTags", "StopInstances"], checks.Select(check => check.Name));
        Assert.All(ec2.Requests, request => Assert.Equal("true", request["DryRun"]));
    }

    [Fact]
    public async Task Every_call_of_a_roll_is_tried_and_none_is_made()
    {
        ec2.Answer(Allowed, 412);

        var checks = await ec2.Instances.TryPermissionsAsync(Running, _ => "m5.xlarge", TypeChange, Token);

        Assert.Equal(
            ["StartInstances", "ModifyInstanceAttribute", "CreateTags", "DeleteTags", "StopInstances"], checks.Select(check => check.Name));
        Assert.All(checks, check => Assert.NotEqual(CheckOutcome.Refused, check.Outcome));
        Assert.All(ec2.Requests, request => Assert.Equal("true", request["DryRun"]));
        Assert.Equal(["m5.xlarge", "m5.xlarge"], ec2.Requests.Where(request => request.ContainsKey("InstanceType.Value")).Select(request => request["InstanceType.Value"]));
    }

    [Fact]
    public async Task What_is_not_allowed_is_named_with_its_action()
    {
        ec2.Answer(Allowed, 412);
        ec2.AnswerTo("Action=StopInstances", Ec2Answers.Error("UnauthorizedOperation", "You are not authorized to perform this operation."), 403);

        var denied = Assert.Single(await ec2.Instances.TryPermissionsAsync(Running, instance => instance.Type, TypeChange, Token), check => check.Outcome is CheckOutcome.Refused);

        Assert.Equal("StopInstances", denied.Name);
        Assert.Contains("ec2:StopInstances", denied.Found, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("InternalError", 500)]
    [InlineData("UnauthorizedOperation", 403)]
    public async Task Nothing_is_stopped_where_no_dry_run_was_seen_to_be_one(string code, int status)
    {
        ec2.Answer(Ec2Answers.Answer("ModifyInstanceAttribute", "<return>true</return>"));
        ec2.AnswerTo("Action=StartInstances", Ec2Answers.Error(code, "no"), status);

        await ec2.Instances.TryPermissionsAsync(Running, instance => instance.Type, TypeChange, Token);

        Assert.DoesNotContain(ec2.Requests, request => request["Action"] == "StopInstances");
    }

    [Fact]
    public async Task What_may_not_become_the_target_type_is_denied_though_its_own_type_is_allowed()
    {
        ec2.Answer(Allowed, 412);
        ec2.AnswerTo("InstanceType.Value=m5.24xlarge", Ec2Answers.Error("UnauthorizedOperation", "not so large"), 403);

        Assert.All(
            (await ec2.Instances.TryPermissionsAsync(Running, _ => "m5.24xlarge", TypeChange, Token)).Where(check => check.Name == "ModifyInstanceAttribute"),
            check => Assert.Equal(CheckOutcome.Refused, check.Outcome));
    }

    [Fact]
    public async Task A_stop_that_was_no_dry_run_refuses_everything_else()
    {
        ec2.Answer(Allowed, 412);
        ec2.AnswerTo("Action=StopInstances", Ec2Answers.Answer("StopInstances", "<instancesSet/>"));

        Assert.Equal(
            CheckOutcome.Refused,
            (await ec2.Instances.TryPermissionsAsync(Running, instance => instance.Type, TypeChange, Token)).Single(check => check.Name == "StopInstances").Outcome);
    }

    [Fact]
    public async Task A_call_that_cannot_be_tried_refuses_nothing()
    {
        ec2.Answer(Ec2Answers.Error("InternalError", "An internal error has occurred."), 500);

        Assert.All(await ec2.Instances.TryPermissionsAsync(Running, instance => instance.Type, TypeChange, Token), check => Assert.NotEqual(CheckOutcome.Refused, check.Outcome));
    }
}
