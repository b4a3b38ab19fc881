using Amazon.Runtime;
using EsdbRollingAction.Core.Ec2;
using WireMock.Matchers;
using WireMock.RequestBuilders;
using WireMock.ResponseBuilders;
using WireMock.Server;

namespace EsdbRollingAction.Tests.Ec2;

public sealed class AutoScalingApiTests : IDisposable
{
    private const string Members =
        """
        <DescribeAutoScalingInstancesResponse xmlns="http://autoscaling.amazonaws.com/doc/2011-01-01/"><DescribeAutoScalingInstancesResult><AutoScalingInstances>
        <member><InstanceId>i-1</InstanceId><AutoScalingGroupName>orders asg</AutoScalingGroupName><LifecycleState>Standby</LifecycleState></member>
        </AutoScalingInstances></DescribeAutoScalingInstancesResult><ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata></DescribeAutoScalingInstancesResponse>
        """;

    private const string Groups =
        """
        <DescribeAutoScalingGroupsResponse xmlns="http://autoscaling.amazonaws.com/doc/2011-01-01/"><DescribeAutoScalingGroupsResult><AutoScalingGroups>
        <member><AutoScalingGroupName>orders asg</AutoScalingGroupName><SuspendedProcesses><member><ProcessName>Terminate</ProcessName></member></SuspendedProcesses></member>
        </AutoScalingGroups></DescribeAutoScalingGroupsResult><ResponseMetadata><RequestId>r-2</RequestId></ResponseMetadata></DescribeAutoScalingGroupsResponse>
        """;

    private readonly WireMockServer server = WireMockServer.Start();
    private readonly QueryApi api;

    public AutoScalingApiTests() => api = new QueryApi(
        QueryService.AutoScaling,
        new QueryEndpoint(new Uri($"http://127.0.0.1:{server.Port}/"), "eu-west-1", new SessionAWSCredentials("AKIDEXAMPLE", "secret-key", "session-token")),
        TimeProvider.System);

    public void Dispose() => server.Dispose();

    [Fact]
    public async Task Tells_the_state_in_the_group_and_what_is_suspended()
    {
        Answer("DescribeAutoScalingInstances", Members);
        Answer("DescribeAutoScalingGroups", Groups);

        var told = await AskAsync(Instance("i-1"), Instance("i-2"));

        Assert.Equal(("Standby", "Terminate"), (told["i-1"].Value!.LifecycleState, Assert.Single(told["i-1"].Value!.SuspendedProcesses)));
        Assert.NotNull(told["i-2"].Problem);
        var bodies = server.LogEntries.Select(entry => entry.RequestMessage!.Body!).ToList();
        Assert.Equal("Action=DescribeAutoScalingInstances&Version=2011-01-01&InstanceIds.member.1=i-1&InstanceIds.member.2=i-2", bodies[0]);
        Assert.Equal("Action=DescribeAutoScalingGroups&Version=2011-01-01&AutoScalingGroupNames.member.1=orders%20asg", bodies[1]);
        Assert.All(server.LogEntries, entry =>
        {
            Assert.Contains("/eu-west-1/autoscaling/aws4_request", entry.RequestMessage!.Headers!["Authorization"].Single(), StringComparison.Ordinal);
            Assert.Equal("session-token", entry.RequestMessage.Headers["x-amz-security-token"].Single());
        });
    }

    [Theory]
    [InlineData(403, "<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>", "the IAM policy must allow autoscaling:DescribeAutoScalingInstances")]
    [InlineData(404, "<html>", "HTTP 404 without an error code")]
    [InlineData(200, "{}", "it is not understood")]
    [InlineData(200, "<html />", "What answered is not Auto Scaling")]
    public async Task A_refusal_or_garbage_is_told_as_the_reason(int status, string body, string why)
    {
        server.Given(Request.Create().UsingPost()).RespondWith(Response.Create().WithStatusCode(status).WithBody(body));

        Assert.Contains(why, (await AskAsync(Instance("i-1")))["i-1"].Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_asked_when_no_instance_is_in_a_group()
    {
        Assert.Empty(await AskAsync());
        Assert.Empty(server.LogEntries);
    }

    [Theory]
    [InlineData("autoscaling", "eu-west-1", "", "https://autoscaling.eu-west-1.amazonaws.com/")]
    [InlineData("autoscaling", "cn-north-1", "", "https://autoscaling.cn-north-1.amazonaws.com.cn/")]
    [InlineData("autoscaling", "eu-west-1", "AWS_ENDPOINT_URL", "http://127.0.0.1:5000/")]
    [InlineData("autoscaling", "eu-west-1", "AWS_ENDPOINT_URL AWS_ENDPOINT_URL_AUTO_SCALING", "http://127.0.0.2:5000/")]
    [InlineData("autoscaling", "eu-west-1", "AWS_ENDPOINT_URL_CLOUDWATCH", "https://autoscaling.eu-west-1.amazonaws.com/")]
    [InlineData("monitoring", "eu-west-1", "", "https://monitoring.eu-west-1.amazonaws.com/")]
    [InlineData("monitoring", "cn-northwest-1", "", "https://monitoring.cn-northwest-1.amazonaws.com.cn/")]
    [InlineData("monitoring", "eu-west-1", "AWS_ENDPOINT_URL", "http://127.0.0.1:5000/")]
    [InlineData("monitoring", "eu-west-1", "AWS_ENDPOINT_URL AWS_ENDPOINT_URL_CLOUDWATCH", "http://127.0.0.2:5000/")]
    public void The_endpoint_is_the_region_s_unless_the_environment_names_one(string host, string region, string set, string address)
    {
        var service = new[] { QueryService.AutoScaling, QueryService.CloudWatch }.Single(one => one.Host == host);
        string? Variable(string name) => !set.Split(' ').Contains(name) ? "" : name == "AWS_ENDPOINT_URL" ? "http://127.0.0.1:5000/x" : "http://127.0.0.2:5000";

        var endpoint = QueryEndpoint.Find(service, Ec2Client.Configuration(region), new BasicAWSCredentials("a", "b"), Variable);

        Assert.Equal((address, region), (endpoint.Address.ToString(), endpoint.Region));
    }

    [Fact]
    public void A_request_is_signed_as_the_published_example_is()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "https://example.amazonaws.com/");

        new SignatureV4("us-east-1", "service").Sign(
            request,
            "Param1=value1",
            new ImmutableCredentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", token: null),
            new DateTimeOffset(2015, 8, 30, 12, 36, 0, TimeSpan.Zero));

        Assert.Equal(
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=content-type;host;x-amz-date, "
            + "Signature=ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
            Assert.Single(request.Headers.GetValues("Authorization")));
    }

    private async Task<IReadOnlyDictionary<string, AwsAnswer<AutoScalingMember>>> AskAsync(params Instance[] instances) =>
        await new AutoScalingApi(api).AskAsync(instances, TestContext.Current.CancellationToken);

    private static Instance Instance(string id) => new(id, InstanceState.Running, "t2.large", null, [], null, [])
    {
        Details = new InstanceDetails { AutoScalingGroup = "orders asg" },
    };

    private void Answer(string action, string body) => server
        .Given(Request.Create().UsingPost().WithBody(new WildcardMatcher($"Action={action}&*")))
        .RespondWith(Response.Create().WithStatusCode(200).WithBody(body));
}
