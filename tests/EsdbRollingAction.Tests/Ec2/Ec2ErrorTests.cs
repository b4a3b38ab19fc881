using System.Net.Sockets;
using EsdbRollingAction.Core.Ec2;

namespace EsdbRollingAction.Tests.Ec2;

public sealed class Ec2ErrorTests : IDisposable
{
    private readonly StubEc2 ec2 = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => ec2.Dispose();

    [Theory]
    [InlineData("RequestLimitExceeded", 503, InstanceErrorKind.Transient)]
    [InlineData("Throttling", 400, InstanceErrorKind.Transient)]
    [InlineData("ThrottlingException", 400, InstanceErrorKind.Transient)]
    [InlineData("InternalError", 500, InstanceErrorKind.Transient)]
    [InlineData("Unavailable", 503, InstanceErrorKind.Transient)]
    [InlineData("ServiceUnavailable", 503, InstanceErrorKind.Transient)]
    [InlineData("NeverHeardOf", 500, InstanceErrorKind.Transient)]
    [InlineData("IncorrectInstanceState", 400, InstanceErrorKind.LookAgain)]
    [InlineData("IncorrectState", 400, InstanceErrorKind.LookAgain)]
    [InlineData("InvalidInstanceID.NotFound", 400, InstanceErrorKind.LookAgain)]
    [InlineData("InsufficientInstanceCapacity", 500, InstanceErrorKind.Capacity)]
    [InlineData("InsufficientHostCapacity", 400, InstanceErrorKind.Capacity)]
    [InlineData("InsufficientCapacityOnHost", 400, InstanceErrorKind.Capacity)]
    [InlineData("ReservationCapacityExceeded", 400, InstanceErrorKind.Capacity)]
    [InlineData("VcpuLimitExceeded", 400, InstanceErrorKind.Terminal)]
    [InlineData("InstanceLimitExceeded", 400, InstanceErrorKind.Terminal)]
    [InlineData("InvalidAction", 400, InstanceErrorKind.Terminal)]
    [InlineData("InternalFailure", 501, InstanceErrorKind.Terminal)]
    [InlineData("NeverHeardOf", 501, InstanceErrorKind.Terminal)]
    [InlineData("Unsupported", 400, InstanceErrorKind.Terminal)]
    [InlineData("UnsupportedOperation", 400, InstanceErrorKind.Terminal)]
    [InlineData("InvalidParameterCombination", 400, InstanceErrorKind.Terminal)]
    [InlineData("InvalidParameterValue", 400, InstanceErrorKind.Terminal)]
    [InlineData("InvalidInstanceAttributeValue", 400, InstanceErrorKind.Terminal)]
    [InlineData("InvalidInstanceType", 400, InstanceErrorKind.Terminal)]
    [InlineData("OperationNotPermitted", 400, InstanceErrorKind.Terminal)]
    [InlineData("NeverHeardOf", 400, InstanceErrorKind.Terminal)]
    [InlineData("UnauthorizedOperation", 403, InstanceErrorKind.AccessDenied)]
    [InlineData("AccessDenied", 403, InstanceErrorKind.AccessDenied)]
    [InlineData("AccessDeniedException", 403, InstanceErrorKind.AccessDenied)]
    [InlineData("ExpiredToken", 400, InstanceErrorKind.CredentialsExpired)]
    [InlineData("ExpiredTokenException", 400, InstanceErrorKind.CredentialsExpired)]
    [InlineData("RequestExpired", 400, InstanceErrorKind.CredentialsExpired)]
    [InlineData("AuthFailure", 401, InstanceErrorKind.CredentialsMissing)]
    [InlineData("InvalidClientTokenId", 403, InstanceErrorKind.CredentialsMissing)]
    [InlineData("SignatureDoesNotMatch", 403, InstanceErrorKind.CredentialsMissing)]
    public async Task Each_code_is_of_one_kind(string code, int status, InstanceErrorKind kind)
    {
        ec2.Answer(Ec2Answers.Error(code, "The sentence."), status);

        var error = await StartFailsAsync();

        Assert.Equal((kind, code), (error.Kind, error.Code));
        Assert.Contains("i-1", error.Message, StringComparison.Ordinal);
        Assert.Contains(code, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_message_says_what_was_asked_and_what_EC2_said()
    {
        ec2.Answer(Ec2Answers.Error("Unsupported", "The requested configuration is currently not supported."), 400);

        var error = await StartFailsAsync();

        Assert.Equal(
            "Could not start i-1. EC2 answered Unsupported: The requested configuration is currently not supported.", error.Message);
    }

    [Fact]
    public async Task A_refusal_by_IAM_names_the_action_and_leaves_out_what_nobody_can_read()
    {
        ec2.Answer(
            Ec2Answers.Error(
                "UnauthorizedOperation", "You are not authorized to perform this operation. Encoded authorization failure message: 4O6oN9XyBlob"),
            403);

        var error = await StartFailsAsync();

        Assert.Contains("ec2:StartInstances", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("You are not authorized to perform this operation.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_signature_is_not_repeated()
    {
        ec2.Answer(Ec2Answers.Error("IncompleteSignature", "Authorization=AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE"), 400);

        var error = await StartFailsAsync();

        Assert.Equal(InstanceErrorKind.CredentialsMissing, error.Kind);
        Assert.DoesNotContain("AKIDEXAMPLE", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<html>Bad Gateway</html>", 502, InstanceErrorKind.Transient)]
    [InlineData("<html>A proxy's page</html>", 200, InstanceErrorKind.Transient)]
    [InlineData("", 503, InstanceErrorKind.Transient)]
    [InlineData("", 403, InstanceErrorKind.Terminal)]
    [InlineData("", 501, InstanceErrorKind.Terminal)]
    public async Task An_answer_that_is_not_EC2s_is_judged_by_its_status(string body, int status, InstanceErrorKind kind)
    {
        ec2.Answer(body, status);

        Assert.Equal(kind, (await StartFailsAsync()).Kind);
    }

    [Fact]
    public async Task An_answer_that_is_cut_off_is_transient()
    {
        ec2.Answer(Ec2Answers.Instances(Ec2Answers.Instance("i-1"))[..200]);

        var error = await Assert.ThrowsAsync<InstanceException>(() => ec2.Instances.DescribeAsync(["i-1"], Token));

        Assert.Equal(InstanceErrorKind.Transient, error.Kind);
    }

    [Fact]
    public async Task Nobody_listening_is_transient()
    {
        using var nobody = new StubEc2(configuration => configuration.ServiceURL = $"http://127.0.0.1:{ClosedPort()}");

        var error = await Assert.ThrowsAsync<InstanceException>(() => nobody.Instances.StartAsync("i-1", Token));

        Assert.Equal((InstanceErrorKind.Transient, "NoAnswer"), (error.Kind, error.Code));
    }

    [Fact]
    public async Task No_answer_in_time_is_transient_and_no_cancellation()
    {
        using var slow = new StubEc2(configuration => configuration.Timeout = TimeSpan.FromMilliseconds(200));
        slow.AnswerTooLate();

        var error = await Assert.ThrowsAsync<InstanceException>(() => slow.Instances.StartAsync("i-1", Token));

        Assert.Equal((InstanceErrorKind.Transient, "NoAnswer"), (error.Kind, error.Code));
    }

    [Fact]
    public async Task The_callers_cancellation_stays_a_cancellation()
    {
        ec2.AnswerTooLate();
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Token);
        cancellation.CancelAfter(TimeSpan.FromMilliseconds(200));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ec2.Instances.StartAsync("i-1", cancellation.Token));
    }

    private static int ClosedPort()
    {
        using var listener = new TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }

    private Task<InstanceException> StartFailsAsync() => Assert.ThrowsAsync<InstanceException>(() => ec2.Instances.StartAsync("i-1", Token));
}
