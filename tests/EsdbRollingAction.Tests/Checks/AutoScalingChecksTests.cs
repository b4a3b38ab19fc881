using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.Preflight;
using EsdbRollingAction.Core.Strategies;

namespace EsdbRollingAction.Tests.Checks;

public class AutoScalingChecksTests
{
    private static readonly CheckedNode Grouped = Facts.Node(details => details with { AutoScalingGroup = "orders-asg" });

    [Theory]
    [InlineData("InService", new[] { "Terminate", "HealthCheck", "ReplaceUnhealthy", "AZRebalance" }, CheckOutcome.Passed)]
    [InlineData("Standby", new string[0], CheckOutcome.Passed)]
    [InlineData("InService", new[] { "HealthCheck" }, CheckOutcome.Refused)]
    [InlineData("InService", new string[0], CheckOutcome.Refused)]
    public void A_group_that_would_replace_the_instance_is_refused(string state, string[] suspended, CheckOutcome outcome) =>
        Assert.Equal(outcome, Check(AwsAnswer.As(new AutoScalingMember(state, suspended))).Outcome);

    [Fact]
    public void What_is_not_suspended_yet_is_named()
    {
        var found = Check(AwsAnswer.As(new AutoScalingMember("InService", ["HealthCheck"]))).Found;

        Assert.Contains("orders-asg", found, StringComparison.Ordinal);
        Assert.Contains("(Terminate, ReplaceUnhealthy not suspended)", found, StringComparison.Ordinal);
    }

    [Fact]
    public void A_group_of_which_nothing_is_known_is_refused_with_the_permissions_that_would_tell()
    {
        var check = Check(AwsAnswer.Not<AutoScalingMember>("AccessDenied"));

        Assert.Equal(CheckOutcome.Refused, check.Outcome);
        Assert.Contains("AccessDenied", check.Found, StringComparison.Ordinal);
        Assert.Contains("autoscaling:DescribeAutoScalingGroups", check.Advice, StringComparison.Ordinal);
    }

    private static Check Check(AwsAnswer<AutoScalingMember> member) => InstanceChecks.AutoScalingGroupLetsItStop(
        Grouped.Instance, Facts.All with { AutoScaling = new Dictionary<string, AwsAnswer<AutoScalingMember>> { ["i-1"] = member } });
}
