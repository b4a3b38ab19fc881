using EsdbRollingAction.Core.Ec2;
using Microsoft.Extensions.Time.Testing;

namespace EsdbRollingAction.Tests.Ec2;

public sealed class InstanceFactsTests : IDisposable
{
    private const string Nitro =
        """
        <item><instanceType>m6i.xlarge</instanceType><hypervisor>nitro</hypervisor><instanceStorageSupported>false</instanceStorageSupported>
        <processorInfo><supportedArchitectures><item>x86_64</item></supportedArchitectures></processorInfo>
        <supportedVirtualizationTypes><item>hvm</item></supportedVirtualizationTypes><supportedBootModes><item>uefi</item></supportedBootModes>
        <vCpuInfo><defaultVCpus>4</defaultVCpus><defaultCores>2</defaultCores><defaultThreadsPerCore>2</defaultThreadsPerCore></vCpuInfo><memoryInfo><sizeInMiB>16384</sizeInMiB></memoryInfo>
        <ebsInfo><ebsOptimizedSupport>default</ebsOptimizedSupport><nvmeSupport>required</nvmeSupport>
        <maximumEbsAttachments>27</maximumEbsAttachments><attachmentLimitType>shared</attachmentLimitType></ebsInfo>
        <networkInfo><maximumNetworkInterfaces>4</maximumNetworkInterfaces><ipv4AddressesPerInterface>15</ipv4AddressesPerInterface>
        <ipv6AddressesPerInterface>15</ipv6AddressesPerInterface><enaSupport>required</enaSupport></networkInfo></item>
        """;

    private static readonly Instance Running = new("i-1", InstanceState.Running, "t2.large", "a", [], null, [])
    {
        Details = new InstanceDetails { Zone = "eu-west-1a" },
    };

    private readonly StubEc2 ec2 = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => ec2.Dispose();

    [Fact]
    public async Task One_call_a_kind_tells_types_offerings_and_stop_protection()
    {
        ec2.AnswerTo("Action=DescribeInstanceTypes&", Types($"<item><instanceType>t2.large</instanceType></item>{Nitro}"));
        ec2.AnswerTo("Action=DescribeInstanceTypeOfferings", Offerings("m6i.xlarge", "eu-west-1a"));
        ec2.AnswerTo("Action=DescribeInstanceAttribute", Ec2Answers.Answer("DescribeInstanceAttribute", "<instanceId>i-1</instanceId><disableApiStop><value>true</value></disableApiStop>"));

        var facts = await AskAsync();

        Assert.Equivalent(
            new InstanceTypeDetails("m6i.xlarge")
            {
                Architectures = ["x86_64"],
                VirtualizationTypes = ["hvm"],
                BootModes = ["uefi"],
                EnaSupport = "required",
                NvmeSupport = "required",
                EbsOptimizedSupport = "default",
                EbsVolumes = 27,
                InterfacesTakeVolumes = true,
                DefaultCpu = new CpuLayout(2, 2),
                NetworkInterfaces = 4,
                Ipv4AddressesPerInterface = 15,
                Ipv6AddressesPerInterface = 15,
                VirtualCpus = 4,
                MemoryMiB = 16384,
                HasInstanceStore = false,
            },
            facts.TypeOf("m6i.xlarge"));
        Assert.Equal([("m6i.xlarge", "eu-west-1a")], facts.Offerings.Value!);
        Assert.True(facts.StopProtection["i-1"].Value);
        Assert.Equal(4, ec2.Requests.Count);
        var offerings = ec2.Requests.Single(request => request["Action"] == "DescribeInstanceTypeOfferings");
        Assert.Equal(("availability-zone", "eu-west-1a"), (offerings["LocationType"], offerings["Filter.2.Value.1"]));
    }

    [Fact]
    public async Task What_EC2_has_scheduled_is_told_and_what_is_over_is_not()
    {
        ec2.AnswerTo("Action=DescribeInstanceStatus", Ec2Answers.Answer("DescribeInstanceStatus", """
            <instanceStatusSet><item><instanceId>i-1</instanceId><eventsSet>
            <item><code>instance-retirement</code><description>The instance is running on degraded hardware</description><notBefore>2026-12-01T06:00:00.000Z</notBefore><notAfter>2026-12-08T06:00:00.000Z</notAfter></item>
            <item><code>system-reboot</code><description>[Completed] Scheduled reboot</description><notBefore>2026-11-01T06:00:00.000Z</notBefore></item>
            <item><code>system-maintenance</code><description>[Canceled] Maintenance</description></item>
            </eventsSet></item></instanceStatusSet>
            """));

        var facts = await AskAsync();

        Assert.Equal(
            [new ScheduledEvent("i-1", "instance-retirement", "The instance is running on degraded hardware", new DateTimeOffset(2026, 12, 1, 6, 0, 0, TimeSpan.Zero)) { Until = new DateTimeOffset(2026, 12, 8, 6, 0, 0, TimeSpan.Zero) }],
            facts.Events.Value!);
    }

    [Fact]
    public async Task A_type_that_EC2_does_not_know_is_missing_and_the_others_are_told()
    {
        ec2.AnswerTo(
            "Action=DescribeInstanceTypes&Filter.1.Name=instance-type&Filter.1.Value.1=t2.large&Filter.1.Value.2=m6i.xlarge&Version", Types("<item><instanceType>t2.large</instanceType></item>"));

        var facts = await AskAsync();

        Assert.Equal(["t2.large"], facts.Types.Value!.Keys);
    }

    [Theory]
    [InlineData("UnauthorizedOperation", 403)]
    [InlineData("InvalidAction", 400)]
    [InlineData("NotImplemented", 501)]
    [InlineData("InternalError", 500)]
    [InlineData("NotFound", 404)]
    public async Task What_is_denied_unknown_or_fails_is_not_told_and_why_is(string code, int status)
    {
        ec2.Answer(Ec2Answers.Error(code, "no"), status);

        AssertNothingTold(await AskInVirtualTimeAsync(new FakeTimeProvider()));
    }

    [Fact]
    public async Task Garbage_is_not_told()
    {
        ec2.Answer("<html>", 404);

        AssertNothingTold(await AskAsync());
    }

    [Fact]
    public async Task Fields_that_are_left_out_are_null()
    {
        ec2.Answer(Ec2Answers.Answer("Any", ""));

        var facts = await AskAsync();

        Assert.Empty(facts.Types.Value!);
        Assert.Empty(facts.Offerings.Value!);
        Assert.Equal("EC2 does not tell it", facts.StopProtection["i-1"].Problem);
    }

    [Fact]
    public async Task Expired_credentials_end_the_checks()
    {
        ec2.Answer(Ec2Answers.Error("RequestExpired", "Request has expired."), 400);

        Assert.Equal(InstanceErrorKind.CredentialsExpired, (await Assert.ThrowsAsync<InstanceException>(AskAsync)).Kind);
    }

    [Fact]
    public async Task An_EC2_that_never_answers_is_waited_for_half_a_minute_and_not_longer()
    {
        ec2.AnswerTooLate();
        var time = new FakeTimeProvider();
        var began = time.GetUtcNow();

        AssertNothingTold(await AskInVirtualTimeAsync(time));

        Assert.InRange(time.GetUtcNow() - began, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task What_fails_for_a_while_is_asked_for_again_and_told()
    {
        ec2.Answer(Ec2Answers.Answer("Any", ""));
        ec2.AnswerToInTurn("Action=DescribeInstanceTypes&", (Ec2Answers.Error("InternalError", "no"), 500), (Types(Nitro), 200));

        var facts = await AskInVirtualTimeAsync(new FakeTimeProvider());

        Assert.NotNull(facts.TypeOf("m6i.xlarge"));
    }

    [Fact]
    public async Task What_is_denied_is_not_asked_for_again()
    {
        ec2.Answer(Ec2Answers.Error("UnauthorizedOperation", "no"), 403);

        AssertNothingTold(await AskAsync());

        Assert.Equal(4, ec2.Requests.Count);
    }

    [Theory]
    [InlineData("DescribeInstanceTypes", "<instanceTypeSet/>")]
    [InlineData("DescribeInstanceTypeOfferings", "<instanceTypeOfferingSet/>")]
    public async Task Pages_that_do_not_end_are_not_told(string action, string items)
    {
        ec2.Answer(Ec2Answers.Answer("Any", ""));
        ec2.AnswerTo($"Action={action}&", Ec2Answers.Answer(action, $"{items}<nextToken>more</nextToken>"));

        var facts = await AskAsync();

        var problem = action == "DescribeInstanceTypes" ? facts.Types.Problem : facts.Offerings.Problem;
        Assert.Contains("100 pages and more", problem, StringComparison.Ordinal);
        Assert.Equal(100, ec2.Requests.Count(request => request["Action"] == action));
    }

    private static void AssertNothingTold(InstanceFacts facts)
    {
        Assert.NotNull(facts.Types.Problem);
        Assert.NotNull(facts.Offerings.Problem);
        Assert.NotNull(facts.StopProtection["i-1"].Problem);
    }

    /// <summary>A virtual second lasts as long as the stub usually needs for an answer.</summary>
    private async Task<InstanceFacts> AskInVirtualTimeAsync(FakeTimeProvider time)
    {
        var asking = AskAsync(time);
        while (!asking.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(20, Token);
        }

        return await asking;
    }

    private Task<InstanceFacts> AskAsync() => AskAsync(TimeProvider.System);

    private Task<InstanceFacts> AskAsync(TimeProvider time) =>
        new Ec2InstanceFacts(ec2.Calls, new NoAutoScaling(), time).AskAsync([Running], ["m6i.xlarge"], Token);

    private static string Types(string items) => Ec2Answers.Answer("DescribeInstanceTypes", $"<instanceTypeSet>{items}</instanceTypeSet>");

    private static string Offerings(string type, string zone) => Ec2Answers.Answer(
        "DescribeInstanceTypeOfferings",
        $"<instanceTypeOfferingSet><item><instanceType>{type}</instanceType><locationType>availability-zone</locationType><location>{zone}</location></item></instanceTypeOfferingSet>");
}
