using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Ec2;

namespace EsdbRollingAction.Tests.Ec2;

public sealed class RoleArnTests
{
    [Theory]
    [InlineData("arn:aws:iam::123456789012:role/rolling-update", "sts.amazonaws.com")]
    [InlineData("arn:aws:iam::123456789012:role/path/of/it/r+=,.@-_", "sts.amazonaws.com")]
    [InlineData("arn:aws-us-gov:iam::123456789012:role/r", "sts.amazonaws.com")]
    [InlineData("arn:aws-cn:iam::123456789012:role/r", "sts.amazonaws.com.cn")]
    public void The_partition_decides_who_the_token_is_for(string arn, string audience)
    {
        Assert.Equal(audience, RoleArn.Parse(arn).Audience);
        Assert.Equal(arn, RoleArn.Parse(arn).ToString());
    }

    [Theory]
    [InlineData("rolling-update")]
    [InlineData("arn:aws:iam::12345678901:role/r")]
    [InlineData("arn:aws:iam::123456789012:user/r")]
    [InlineData("arn:aws:sts::123456789012:assumed-role/r/s")]
    [InlineData("arn:aws:iam::123456789012:role/")]
    [InlineData("arn:aws:iam::123456789012:role/a b")]
    [InlineData("arn:aws:iam::123456789012:role/r\n")]
    [InlineData("")]
    public void What_is_no_role_is_refused_before_anybody_is_asked(string text)
    {
        var error = Assert.Throws<RollingUpdateException>(() => RoleArn.Parse(text));

        Assert.Equal(FailureReason.InvalidInput, error.Reason);
        Assert.Contains("role-to-assume", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("esdb-rolling-update-42", "esdb-rolling-update-42")]
    [InlineData("a b/c:ü", "a-b-c--")]
    public void The_session_is_named_as_STS_accepts_it(string name, string fit) =>
        Assert.Equal(fit, new RoleToAssume(RoleArn.Parse("arn:aws:iam::123456789012:role/r"), name, null).FitSessionName);

    [Fact]
    public void The_name_of_a_session_is_cut_at_64() =>
        Assert.Equal(64, new RoleToAssume(RoleArn.Parse("arn:aws:iam::123456789012:role/r"), new string('x', 65), null).FitSessionName.Length);
}
