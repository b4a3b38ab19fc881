using EsdbRollingAction.Core.Ec2;

namespace EsdbRollingAction.Tests.Ec2;

/// <summary>What a session that ends in the middle of a roll looks like: EC2 has several words for it.</summary>
public sealed class LostCredentialsTests : IDisposable
{
    private readonly StubEc2 ec2 = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => ec2.Dispose();

    [Theory]
    [InlineData("ExpiredToken", 400)]
    [InlineData("ExpiredTokenException", 400)]
    [InlineData("RequestExpired", 400)]
    [InlineData("AuthFailure", 401)]
    [InlineData("InvalidClientTokenId", 403)]
    public async Task Keys_that_were_accepted_and_are_not_now_have_expired(string code, int status)
    {
        ec2.AnswerInTurn((Ec2Answers.Instances(Ec2Answers.Instance("i-1")), 200), (Ec2Answers.Error(code, "The sentence."), status));
        await ec2.Instances.DescribeAsync(["i-1"], Token);

        var error = await Assert.ThrowsAsync<InstanceException>(() => ec2.Instances.StopAsync("i-1", Token));

        Assert.Equal((InstanceErrorKind.CredentialsExpired, code), (error.Kind, error.Code));
        Assert.Contains("stop i-1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_one_was_accepted_for_counts_for_all_who_ask()
    {
        ec2.AnswerInTurn((Ec2Answers.Instances(Ec2Answers.Instance("i-1")), 200), (Ec2Answers.Error("AuthFailure", "The sentence."), 401));
        await ec2.Instances.DescribeAsync(["i-1"], Token);

        var error = await Assert.ThrowsAsync<InstanceException>(() => new Ec2Tags(ec2.Calls).RemoveAsync(["i-1"], "key", null, Token));

        Assert.Equal(InstanceErrorKind.CredentialsExpired, error.Kind);
    }
}
