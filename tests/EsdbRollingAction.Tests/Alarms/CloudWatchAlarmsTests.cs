using System.Globalization;
using Amazon.Runtime;
using EsdbRollingAction.Core.Alarms;
using EsdbRollingAction.Core.Ec2;
using WireMock.Matchers;
using WireMock.RequestBuilders;
using WireMock.ResponseBuilders;
using WireMock.Server;

namespace EsdbRollingAction.Tests.Alarms;

public sealed class CloudWatchAlarmsTests : IDisposable
{
    private const string Empty = "<DescribeAlarmsResult><MetricAlarms/><CompositeAlarms/></DescribeAlarmsResult>";

    /// <summary>As the API Reference shows it, with fields that an alarm of a metric has and with an alarm inside of another field.</summary>
    private const string Both =
        """
        <DescribeAlarmsResult>
          <CompositeAlarms>
            <member>
              <AlarmName>orders</AlarmName><AlarmRule>ALARM("orders-5xx") OR ALARM(other)</AlarmRule>
              <StateReason>arn:aws:cloudwatch:eu-west-1:123456789012:alarm:orders-5xx transitioned to ALARM</StateReason>
              <ActionsEnabled>false</ActionsEnabled><StateValue>ALARM</StateValue>
            </member>
          </CompositeAlarms>
          <MetricAlarms>
            <member>
              <AlarmActions><member>arn:aws:sns:eu-west-1:123456789012:topic</member></AlarmActions>
              <Dimensions><member><Name>Name</Name><Value>StateValue</Value></member></Dimensions>
              <Metrics><member><Id>m1</Id><AlarmName>not this</AlarmName><StateValue>ALARM</StateValue></member></Metrics>
              <AlarmName>orders-5xx</AlarmName><StateValue>OK</StateValue><StateReason></StateReason>
            </member>
            <member>
              <AlarmName>orders &lt;latency&gt;</AlarmName><StateValue>INSUFFICIENT_DATA</StateValue>
              <StateReason>Unchecked: Initial alarm creation</StateReason>
            </member>
          </MetricAlarms>
        </DescribeAlarmsResult>
        """;

    private readonly WireMockServer server = WireMockServer.Start();
    private readonly CloudWatchAlarms alarms;

    public CloudWatchAlarmsTests()
    {
        var keys = new SessionAWSCredentials("AKIDEXAMPLE", "secret-key", "session-token");
        var api = new QueryApi(
            QueryService.CloudWatch, new QueryEndpoint(new Uri($"http://127.0.0.1:{server.Port}/"), "eu-west-1", keys), TimeProvider.System);
        alarms = new CloudWatchAlarms(api);
    }

    public void Dispose() => server.Dispose();

    [Fact]
    public async Task Alarms_of_metrics_and_composite_ones_are_asked_for_by_name_and_signed_for()
    {
        Answer(Empty);

        Assert.Empty(await ReadAsync("orders 5xx", "a&b=ü"));

        var request = Assert.Single(server.LogEntries).RequestMessage!;
        Assert.Equal(
            "Action=DescribeAlarms&Version=2010-08-01&AlarmNames.member.1=orders%205xx&AlarmNames.member.2=a%26b%3D%C3%BC"
            + "&AlarmTypes.member.1=MetricAlarm&AlarmTypes.member.2=CompositeAlarm&MaxRecords=100",
            request.Body);
        Assert.Contains("/eu-west-1/monitoring/aws4_request", request.Headers!["Authorization"].Single(), StringComparison.Ordinal);
        Assert.Equal("session-token", request.Headers["x-amz-security-token"].Single());
    }

    [Fact]
    public async Task Every_alarm_tells_its_own_name_and_state_whatever_is_inside_of_it()
    {
        Answer(Both);

        Assert.Equal(
            [
                new Alarm("orders", AlarmState.Alarm, "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:orders-5xx transitioned to ALARM"),
                new Alarm("orders-5xx", AlarmState.Ok, ""),
                new Alarm("orders <latency>", AlarmState.InsufficientData, "Unchecked: Initial alarm creation"),
            ],
            await ReadAsync("any"));
    }

    [Fact]
    public async Task All_pages_are_read_with_the_same_names()
    {
        Answer(Page("first", "OK", "p&2"));
        Answer(Page("second", "ALARM"), matching: "*&NextToken=p%262");

        Assert.Equal(["first", "second"], (await ReadAsync("first", "second")).Select(alarm => alarm.Name));
        Assert.All(server.LogEntries, entry => Assert.Contains("AlarmNames.member.2=second", entry.RequestMessage!.Body, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Pages_that_do_not_end_are_no_answer()
    {
        Answer(Page("first", "OK", "again"));

        Assert.Equal(InstanceErrorKind.Terminal, (await RefusedAsync()).Kind);
    }

    [Theory]
    [InlineData(400, "Throttling", InstanceErrorKind.Transient)]
    [InlineData(400, "ThrottlingException", InstanceErrorKind.Transient)]
    [InlineData(500, "InternalFailure", InstanceErrorKind.Transient)]
    [InlineData(503, "ServiceUnavailable", InstanceErrorKind.Transient)]
    [InlineData(403, "AccessDenied", InstanceErrorKind.AccessDenied)]
    [InlineData(403, "ExpiredToken", InstanceErrorKind.CredentialsExpired)]
    [InlineData(403, "InvalidClientTokenId", InstanceErrorKind.CredentialsMissing)]
    [InlineData(400, "ValidationError", InstanceErrorKind.Terminal)]
    [InlineData(400, "InvalidNextToken", InstanceErrorKind.Terminal)]
    public async Task A_refusal_is_of_the_kind_that_its_code_says(int status, string code, InstanceErrorKind kind)
    {
        Refuse(status, $"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>A sentence</Message></Error></ErrorResponse>");

        var refusal = await RefusedAsync();

        Assert.Equal((kind, code), (refusal.Kind, refusal.Code));
        Assert.Contains("look at the alarms orders", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_denial_names_the_action_that_the_policy_lacks()
    {
        Refuse(403, "<ErrorResponse><Error><Code>AccessDenied</Code><Message>User: a\u009bb is not authorized</Message></Error></ErrorResponse>");

        Assert.Equal(
            "Not allowed to look at the alarms orders: the IAM policy must allow cloudwatch:DescribeAlarms. "
            + "CloudWatch answered AccessDenied: User: a?b is not authorized.",
            (await RefusedAsync()).Message);
    }

    [Theory]
    [InlineData(200, "<html><body>Sign in</body></html>")]
    [InlineData(200, "{}")]
    [InlineData(200, "")]
    [InlineData(503, "<html>")]
    [InlineData(429, "")]
    [InlineData(200, "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>")]
    [InlineData(200, "<A><DescribeAlarmsResult><MetricAlarms><member><AlarmName>orders</AlarmName></member></MetricAlarms></DescribeAlarmsResult><RequestId>1</RequestId></A>")]
    [InlineData(200, "<A><DescribeAlarmsResult><MetricAlarms><member><StateValue>OK</StateValue></member></MetricAlarms></DescribeAlarmsResult><RequestId>1</RequestId></A>")]
    [InlineData(200, "<A><DescribeAlarmsResult><MetricAlarms><member/></MetricAlarms></DescribeAlarmsResult><RequestId>1</RequestId></A>")]
    [InlineData(200, "<A><DescribeAlarmsResult><MetricAlarms><member><AlarmName>a</AlarmName><StateValue>QUIET</StateValue></member></MetricAlarms></DescribeAlarmsResult><RequestId>1</RequestId></A>")]
    public async Task What_is_not_understood_may_pass_and_is_never_a_quiet_alarm(int status, string body)
    {
        Refuse(status, body);

        Assert.Equal(InstanceErrorKind.Transient, (await RefusedAsync()).Kind);
    }

    [Fact]
    public async Task Nobody_who_listens_is_a_problem_that_may_pass()
    {
        server.Stop();

        Assert.Equal(InstanceErrorKind.Transient, (await RefusedAsync()).Kind);
    }

    [Fact]
    public async Task Keys_that_were_accepted_before_have_expired()
    {
        Answer(Empty);
        await ReadAsync("orders");
        server.Reset();
        Refuse(403, "<ErrorResponse><Error><Code>InvalidClientTokenId</Code></Error></ErrorResponse>");

        Assert.Equal(InstanceErrorKind.CredentialsExpired, (await RefusedAsync()).Kind);
    }

    [Fact]
    public async Task What_CloudWatch_says_is_cut_and_made_printable()
    {
        Answer(Page("orders", "ALARM").Replace("why", $"::error::\u001b[31m&#10;{new string('x', 900)}", StringComparison.Ordinal).Replace('\u001b', '\u009b'));

        var reason = Assert.Single(await ReadAsync("orders")).Reason;

        Assert.Equal(200, reason.Length);
        Assert.StartsWith("::error::?[31m?xxx", reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_asks_for_no_alarm_asks_nobody()
    {
        Assert.Empty(await ReadAsync());
        Assert.Empty(server.LogEntries);
    }

    [Fact]
    public async Task A_run_that_ends_waits_for_no_answer()
    {
        server.Given(Request.Create().UsingPost()).RespondWith(Response.Create().WithDelay(TimeSpan.FromMinutes(1)));
        using var signal = new CancellationTokenSource();
        var reading = alarms.ReadAsync(["orders"], signal.Token);

        await signal.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
    }

    private static string Page(string name, string state, string? next = null) => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        <DescribeAlarmsResult><NextToken>{next?.Replace("&", "&amp;", StringComparison.Ordinal)}</NextToken><MetricAlarms><member><AlarmName>{name}</AlarmName>
        <StateValue>{state}</StateValue><StateReason>why</StateReason></member></MetricAlarms></DescribeAlarmsResult>
        """);

    private Task<IReadOnlyList<Alarm>> ReadAsync(params string[] names) => alarms.ReadAsync(names, TestContext.Current.CancellationToken);

    private Task<InstanceException> RefusedAsync() => Assert.ThrowsAsync<InstanceException>(() => ReadAsync("orders"));

    private void Answer(string result, string? matching = null) => server
        .Given(Request.Create().UsingPost().WithBody(new WildcardMatcher(matching ?? "*&MaxRecords=100")))
        .RespondWith(Response.Create().WithStatusCode(200).WithBody(
            $"""
            <DescribeAlarmsResponse xmlns="http://monitoring.amazonaws.com/doc/2010-08-01/">{result}
            <ResponseMetadata><RequestId>3f1478c7</RequestId></ResponseMetadata></DescribeAlarmsResponse>
            """));

    private void Refuse(int status, string body) =>
        server.Given(Request.Create().UsingPost()).RespondWith(Response.Create().WithStatusCode(status).WithBody(body));
}
