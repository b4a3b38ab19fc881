using EsdbRollingAction.Core.Ec2;

namespace EsdbRollingAction.Tests.Ec2;

/// <summary>The SDK's own waiting, which is at most one second before its first retry.</summary>
public sealed class Ec2RetryTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("RequestLimitExceeded", 503)]
    [InlineData("InternalError", 500)]
    public async Task Waits_out_what_passes(string code, int status)
    {
        using var ec2 = new StubEc2(configuration => configuration.MaxErrorRetry = 1);
        ec2.AnswerInTurn(
            (Ec2Answers.Error(code, "Request limit exceeded."), status), (Ec2Answers.Instances(Ec2Answers.Instance("i-1")), 200));

        Assert.Single(await ec2.Instances.DescribeAsync(["i-1"], Token));

        Assert.Equal(2, ec2.Requests.Count);
    }

    [Fact]
    public async Task Asks_once_when_asking_again_is_useless()
    {
        using var ec2 = new StubEc2(configuration => configuration.MaxErrorRetry = 4);
        ec2.Answer(Ec2Answers.Error("VcpuLimitExceeded", "You have requested more vCPU capacity than your current limit."), 400);

        await Assert.ThrowsAsync<InstanceException>(() => ec2.Instances.StartAsync("i-1", Token));

        Assert.Single(ec2.Requests);
    }

    [Fact]
    public async Task A_stop_is_not_sent_again_behind_the_back_of_the_rules()
    {
        using var ec2 = new StubEc2(configuration => configuration.MaxErrorRetry = 4);
        ec2.Answer(Ec2Answers.Error("RequestLimitExceeded", "Request limit exceeded."), 503);

        var refused = await Assert.ThrowsAsync<InstanceException>(() => ec2.Instances.StopAsync("i-1", Token));

        Assert.Equal(InstanceErrorKind.Transient, refused.Kind);
        Assert.Single(ec2.Requests);
    }

    [Fact]
    public async Task Cancelling_ends_the_waiting()
    {
        using var ec2 = new StubEc2(configuration => configuration.MaxErrorRetry = 20);
        ec2.Answer(Ec2Answers.Error("RequestLimitExceeded", "Request limit exceeded."), 503);
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Token);
        cancellation.CancelAfter(TimeSpan.FromMilliseconds(300));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ec2.Instances.StartAsync("i-1", cancellation.Token));
    }

    [Fact]
    public void Waits_a_while_and_not_for_minutes()
    {
        var configuration = Ec2Client.Configuration("eu-west-1");

        Assert.Equal(4, configuration.MaxErrorRetry);
        Assert.Equal(Amazon.Runtime.RequestRetryMode.Standard, configuration.RetryMode);
        Assert.Equal(TimeSpan.FromSeconds(10), configuration.Timeout);
    }
}
