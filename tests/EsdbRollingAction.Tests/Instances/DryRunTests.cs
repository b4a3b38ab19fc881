using EsdbRollingAction.Core.Instances;

namespace EsdbRollingAction.Tests.Instances;

public sealed class DryRunTests : IDisposable
{
    private static readonly string Allowed = Ec2Answers.Error("DryRunOperation", "Request would have succeeded, but DryRun flag is set.");
    private static readonly Instance[] Running =
        [new("i-1", InstanceState.Running, "t2.large", "a", [], null, []), new("i-2", InstanceState.Running, "m5.large", "b", [], null, [])];

    private readonly StubEc2 ec2 = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => ec2.Dispose();

    [Fact]
    public async Task Every_call_of_a_roll_is_tried_and_none_is_made()
    {
        ec2.Answer(Allowed, 412);

        var verdicts = await ec2.Instances.TryPermissionsAsync(Running, Token);

        Assert.Equal(["StartInstances", "StopInstances", "ModifyInstanceAttribute"], verdicts.Select(verdict => verdict.Rule));
        Assert.All(verdicts, verdict => Assert.True(verdict.Holds));
        Assert.All(ec2.Requests, request => Assert.Equal("true", request["DryRun"]));
        Assert.Equal(["t2.large", "m5.large"], ec2.Requests.Where(request => request.ContainsKey("InstanceType.Value")).Select(request => request["InstanceType.Value"]));
    }

    [Fact]
    public async Task What_is_not_allowed_is_named_with_its_action()
    {
        ec2.Answer(Ec2Answers.Error("UnauthorizedOperation", "You are not authorized to perform this operation."), 403);

        var verdicts = await ec2.Instances.TryPermissionsAsync(Running, Token);

        Assert.All(verdicts, verdict => Assert.False(verdict.Holds));
        Assert.Contains(verdicts, verdict => verdict.Reason.Contains("ec2:StopInstances", StringComparison.Ordinal));
        Assert.Contains(verdicts, verdict => verdict.Reason.Contains("ec2:ModifyInstanceAttribute", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nothing_is_stopped_where_a_dry_run_is_not_known()
    {
        ec2.Answer(Ec2Answers.Answer("StartInstances", "<instancesSet/>"));

        Assert.Contains("not proven", Assert.Single(await ec2.Instances.TryPermissionsAsync(Running, Token)).Reason, StringComparison.Ordinal);
        Assert.Equal("StartInstances", Assert.Single(ec2.Requests)["Action"]);
    }

    [Fact]
    public async Task A_call_that_cannot_be_tried_refuses_nothing()
    {
        ec2.Answer(Ec2Answers.Error("InternalError", "An internal error has occurred."), 500);

        Assert.All(await ec2.Instances.TryPermissionsAsync(Running, Token), verdict => Assert.True(verdict.Holds));
    }
}
