using System.Net.Http.Headers;
using System.Xml.Linq;
using Amazon.Runtime;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Sandbox;
using EsdbRollingAction.Sandbox.Model;
using RunningSandbox = EsdbRollingAction.Sandbox.Sandbox;

namespace EsdbRollingAction.Models.Tests.Sandbox;

/// <summary>The sandbox's CloudWatch understands what CloudWatch does, and refuses the rest.</summary>
public sealed class CloudWatchWireTests
{
    private const string Describe = "Action=DescribeAlarms&Version=2010-08-01";
    private const string Both = "&AlarmTypes.member.1=MetricAlarm&AlarmTypes.member.2=CompositeAlarm";
    private static readonly XNamespace Space = "http://monitoring.amazonaws.com/doc/2010-08-01/";

    private static readonly SandboxOptions Options = new()
    {
        Alarms =
        [
            new("orders 5xx", AlarmState.Alarm), new("queue", AlarmState.InsufficientData), new("latency"),
            new("orders", AlarmState.Alarm) { IsComposite = true },
        ],
    };

    [Theory]
    [InlineData("&AlarmNames.member.1=orders%205xx&AlarmNames.member.2=nobody", "orders 5xx ALARM")]
    [InlineData("&AlarmNames.member.1=Orders%205xx", "")]
    [InlineData("&AlarmNames.member.1=orders", "")]
    [InlineData($"&AlarmNames.member.1=orders{Both}", "orders ALARM")]
    [InlineData("", "latency OK, orders 5xx ALARM, queue INSUFFICIENT_DATA")]
    [InlineData("&AlarmTypes.member.1=CompositeAlarm", "orders ALARM")]
    [InlineData($"&AlarmNames.member.1=orders&AlarmNames.member.3=latency{Both}", "orders ALARM")]
    public async Task Alarms_are_found_by_their_exact_names_and_composite_ones_only_by_who_asks_for_them(string fields, string found)
    {
        await using var sandbox = await RunningSandbox.StartAsync(Options);

        Assert.Equal(found, string.Join(", ", Shown(await AskAsync(sandbox, Describe + fields))));
    }

    [Fact]
    public async Task Pages_are_as_long_as_is_asked_for_and_go_on_by_their_token()
    {
        await using var sandbox = await RunningSandbox.StartAsync(Options);

        var first = await AskAsync(sandbox, $"{Describe}{Both}&MaxRecords=3");
        var token = first.Descendants(Space + "NextToken").Single().Value;
        var rest = await AskAsync(sandbox, $"{Describe}{Both}&MaxRecords=3&NextToken={token}");

        Assert.Equal(3, Shown(first).Count());
        Assert.Equal(["orders ALARM"], Shown(rest));
        Assert.Empty(rest.Descendants(Space + "NextToken"));
    }

    [Theory]
    [InlineData("Action=DescribeAlarms", "InvalidAction")]
    [InlineData("Action=DescribeAlarms&Version=2011-01-01", "InvalidAction")]
    [InlineData("Action=DeleteAlarms&Version=2010-08-01", "InvalidAction")]
    [InlineData($"{Describe}&AlarmNamePrefix=orders", "ValidationError")]
    [InlineData($"{Describe}&AlarmNames.1=orders", "ValidationError")]
    [InlineData($"{Describe}&AlarmTypes.member.1=Metric", "ValidationError")]
    [InlineData($"{Describe}&MaxRecords=101", "ValidationError")]
    [InlineData($"{Describe}&MaxRecords=0", "ValidationError")]
    [InlineData($"{Describe}&NextToken=3", "InvalidNextToken")]
    public async Task What_is_no_request_is_refused(string form, string code)
    {
        await using var sandbox = await RunningSandbox.StartAsync(Options);

        Assert.Equal((400, code), await RefusedAsync(sandbox, form));
    }

    [Fact]
    public async Task More_than_a_hundred_names_are_refused()
    {
        await using var sandbox = await RunningSandbox.StartAsync(Options);
        string Names(int count) => string.Concat(Enumerable.Range(1, count).Select(number => $"&AlarmNames.member.{number}=a{number}"));

        Assert.Empty(Shown(await AskAsync(sandbox, Describe + Names(100))));
        Assert.Equal((400, "ValidationError"), await RefusedAsync(sandbox, Describe + Names(101)));
    }

    [Fact]
    public async Task A_request_that_is_signed_for_another_service_is_refused()
    {
        await using var sandbox = await RunningSandbox.StartAsync(Options);

        Assert.Equal((403, "SignatureDoesNotMatch"), await RefusedAsync(sandbox, Describe, service: "cloudwatch"));
    }

    [Fact]
    public async Task A_body_that_is_no_form_is_refused()
    {
        await using var sandbox = await RunningSandbox.StartAsync(Options);

        Assert.Equal((400, "InvalidAction"), await RefusedAsync(sandbox, Describe, type: "application/json"));
    }

    [Fact]
    public async Task What_goes_wrong_with_AWS_goes_wrong_here_too()
    {
        await using var denied = await RunningSandbox.StartAsync(Options with { Faults = new Faults { DeniedActions = ["DescribeAlarms"] } });
        await using var throttled = await RunningSandbox.StartAsync(Options with { Faults = new Faults { ThrottleEvery = 2 } });
        await using var expiring = await RunningSandbox.StartAsync(Options with { Faults = new Faults { CredentialsExpireAfter = 1 } });
        await AskAsync(throttled, Describe);
        await AskAsync(expiring, Describe);

        Assert.Equal((403, "AccessDenied"), await RefusedAsync(denied, Describe));
        Assert.Equal((400, "Throttling"), await RefusedAsync(throttled, Describe));
        Assert.Equal((403, "ExpiredToken"), await RefusedAsync(expiring, Describe));
    }

    [Fact]
    public async Task States_change_when_the_options_say_so_and_when_somebody_sets_them()
    {
        await using var sandbox = await RunningSandbox.StartAsync(new SandboxOptions
        {
            TimeScale = 1000,
            Alarms = [new AlarmOptions("a") { Changes = [new(5, AlarmState.Alarm), new(100_000, AlarmState.Ok)] }, new("b"), new("c")],
        });
        while (sandbox.CloudWatch.Truth[0].State != AlarmState.Alarm)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        sandbox.CloudWatch.Set("b", AlarmState.InsufficientData);
        sandbox.CloudWatch.Delete("c");

        Assert.Equal(["a ALARM", "b INSUFFICIENT_DATA"], Shown(await AskAsync(sandbox, Describe)));
        Assert.Equal("a\nb\nc", sandbox.ProgramEnvironment["INPUT_ALARM_NAMES"]);
        Assert.Equal(sandbox.CloudWatchUrl.ToString(), sandbox.ProgramEnvironment["AWS_ENDPOINT_URL_CLOUDWATCH"]);
    }

    private static IEnumerable<string> Shown(XDocument answer) => answer.Descendants(Space + "AlarmName")
        .Select(name => $"{name.Value} {name.Parent!.Element(Space + "StateValue")!.Value}");

    private static async Task<XDocument> AskAsync(RunningSandbox sandbox, string form)
    {
        using var answer = await PostAsync(sandbox, form, "monitoring", null);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, text);
        return XDocument.Parse(text);
    }

    private static async Task<(int Status, string Code)> RefusedAsync(
        RunningSandbox sandbox, string form, string service = "monitoring", string? type = null)
    {
        using var answer = await PostAsync(sandbox, form, service, type);
        var xml = XDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return ((int)answer.StatusCode, xml.Root!.Element(Space + "Error")!.Element(Space + "Code")!.Value);
    }

    private static async Task<HttpResponseMessage> PostAsync(RunningSandbox sandbox, string form, string service, string? type)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, sandbox.CloudWatchUrl);
        var keys = new ImmutableCredentials("any", "any", token: null);
        new SignatureV4("eu-west-1", service).Sign(request, form, keys, TimeProvider.System.GetUtcNow());
        request.Content!.Headers.ContentType = type is null ? request.Content.Headers.ContentType : new MediaTypeHeaderValue(type);
        return await http.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
