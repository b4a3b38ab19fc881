using EsdbRollingAction.Core.Ec2;

namespace EsdbRollingAction.Tests.Ec2;

public sealed class InstanceMappingTests : IDisposable
{
    private const string WithEverything =
        """
        <privateDnsName>ip-10-0-0-1.eu-west-1.compute.internal</privateDnsName><dnsName>ec2-3-4-5-6.eu-west-1.compute.amazonaws.com</dnsName>
        <privateIpAddress>10.0.0.1</privateIpAddress><ipAddress>3.4.5.6</ipAddress>
        <tagSet><item><key>env</key><value>prod</value></item><item><key>Name</key><value>esdb-1</value></item></tagSet>
        <networkInterfaceSet>
          <item>
            <privateIpAddress>10.0.0.1</privateIpAddress>
            <privateIpAddressesSet>
              <item><privateIpAddress>10.0.0.1</privateIpAddress><primary>true</primary></item>
              <item><privateIpAddress>10.0.0.11</privateIpAddress><primary>false</primary></item>
            </privateIpAddressesSet>
            <ipv6AddressesSet><item><ipv6Address>2001:db8::1</ipv6Address></item></ipv6AddressesSet>
          </item>
          <item><privateIpAddress>10.0.7.1</privateIpAddress></item>
        </networkInterfaceSet>
        """;

    private const string ForTheChecks =
        """
        <architecture>arm64</architecture><virtualizationType>hvm</virtualizationType><bootMode>uefi-preferred</bootMode><currentInstanceBootMode>uefi</currentInstanceBootMode>
        <rootDeviceType>ebs</rootDeviceType><instanceLifecycle>spot</instanceLifecycle><enaSupport>true</enaSupport>
        <hibernationOptions><configured>true</configured></hibernationOptions>
        <tagSet><item><key>aws:autoscaling:groupName</key><value>orders-asg</value></item></tagSet>
        <networkInterfaceSet>
          <item>
            <privateIpAddressesSet><item><privateIpAddress>10.0.0.1</privateIpAddress></item><item><privateIpAddress>10.0.0.2</privateIpAddress></item></privateIpAddressesSet>
          </item>
          <item><ipv6AddressesSet><item><ipv6Address>2001:db8::1</ipv6Address></item></ipv6AddressesSet></item>
        </networkInterfaceSet>
        """;

    private readonly StubEc2 ec2 = new();

    public void Dispose() => ec2.Dispose();

    [Fact]
    public async Task Reads_every_address_and_name()
    {
        var instance = await ReadAsync(Ec2Answers.Instance("i-1", "running", WithEverything));

        Assert.Equal(("i-1", InstanceState.Running, "t2.large", "esdb-1"), (instance.Id, instance.State, instance.Type, instance.NameTag));
        Assert.Equal(["10.0.0.1", "10.0.0.11", "2001:db8::1", "10.0.7.1"], instance.PrivateAddresses);
        Assert.Equal("3.4.5.6", instance.PublicAddress);
        Assert.Equal(
            ["ip-10-0-0-1.eu-west-1.compute.internal", "ec2-3-4-5-6.eu-west-1.compute.amazonaws.com"], instance.DnsNames);
    }

    [Fact]
    public async Task Reads_what_the_checks_need()
    {
        var details = (await ReadAsync(Ec2Answers.Instance("i-1", "running", ForTheChecks))).Details;

        Assert.Equal(
            ("arm64", "hvm", "uefi-preferred", "ebs", "spot"),
            (details.Architecture, details.VirtualizationType, details.BootMode, details.RootDeviceType, details.Lifecycle));
        Assert.Equal((true, true, "orders-asg"), (details.EnaSupport, details.IsHibernationConfigured, details.AutoScalingGroup));
        Assert.Equal((2, 2, 1), (details.NetworkInterfaces, details.MostIpv4Addresses, details.MostIpv6Addresses));
    }

    [Fact]
    public async Task Reads_why_it_is_in_its_state()
    {
        const string More =
            """
            <reason>User initiated (2026-01-31 03:00:00 GMT)</reason>
            <stateReason><code>Client.UserInitiatedShutdown</code><message>Client.UserInitiatedShutdown: User initiated shutdown</message></stateReason>
            """;

        Assert.Equal(
            new StateReason("Client.UserInitiatedShutdown", "Client.UserInitiatedShutdown: User initiated shutdown", "User initiated (2026-01-31 03:00:00 GMT)"),
            (await ReadAsync(Ec2Answers.Instance("i-1", "stopped", More))).StateReason);
    }

    [Theory]
    [InlineData("<capacityReservationId>cr-0123</capacityReservationId>", "cr-0123")]
    [InlineData("<capacityReservationResourceGroupArn>arn:aws:resource-groups:eu-west-1:1:group/g</capacityReservationResourceGroupArn>", "arn:aws:resource-groups:eu-west-1:1:group/g")]
    [InlineData("", null)]
    public async Task Reads_the_reservation_that_it_is_bound_to(string target, string? bound)
    {
        var more = $"<capacityReservationSpecification><capacityReservationPreference>none</capacityReservationPreference>"
            + $"<capacityReservationTarget>{target}</capacityReservationTarget></capacityReservationSpecification>";

        var details = (await ReadAsync(Ec2Answers.Instance("i-1", "running", more))).Details;

        Assert.Equal(("none", bound), (details.ReservationPreference, details.ReservationTarget));
    }

    [Fact]
    public async Task Reads_volumes_and_CPU_options()
    {
        const string More =
            """
            <blockDeviceMapping>
              <item><deviceName>/dev/xvda</deviceName><ebs><volumeId>vol-1</volumeId></ebs></item>
              <item><deviceName>/dev/sdb</deviceName><ebs><volumeId>vol-2</volumeId></ebs></item>
            </blockDeviceMapping>
            <cpuOptions><coreCount>2</coreCount><threadsPerCore>1</threadsPerCore></cpuOptions>
            """;

        var details = (await ReadAsync(Ec2Answers.Instance("i-1", "running", More))).Details;

        Assert.Equal((2, new CpuLayout(2, 1)), (details.EbsVolumes, details.Cpu));
    }

    [Fact]
    public async Task Reads_whose_it_is() =>
        Assert.Equal("123456789012", (await ReadAsync(Ec2Answers.Instance("i-1", "running"))).Details.Account);

    [Fact]
    public async Task Reads_when_it_was_launched() => Assert.Equal(
        new DateTimeOffset(2026, 11, 28, 6, 0, 1, TimeSpan.Zero),
        (await ReadAsync(Ec2Answers.Instance("i-1", "running", "<launchTime>2026-11-28T06:00:01.000Z</launchTime>"))).Details.LaunchedAt);

    [Theory]
    [InlineData("amazon", true)]
    [InlineData("123456789012", false)]
    [InlineData("", null)]
    public async Task Whose_the_public_address_is_tells_whether_a_stop_loses_it(string owner, bool? loses)
    {
        var association = $"<association><publicIp>3.4.5.6</publicIp><ipOwnerId>{owner}</ipOwnerId></association>";
        var more = $"<ipAddress>3.4.5.6</ipAddress><networkInterfaceSet><item>{association}</item></networkInterfaceSet>";

        Assert.Equal(loses, (await ReadAsync(Ec2Answers.Instance("i-1", "running", more))).Details.LosesPublicAddress);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<privateDnsName/><dnsName/><tagSet><item><key>Name</key><value/></item></tagSet><networkInterfaceSet/>")]
    public async Task What_is_empty_or_absent_is_none(string more)
    {
        var instance = await ReadAsync(Ec2Answers.Instance("i-1", "stopped", more));

        Assert.Null(instance.NameTag);
        Assert.Null(instance.PublicAddress);
        Assert.Empty(instance.PrivateAddresses);
        Assert.Empty(instance.DnsNames);
    }

    [Theory]
    [InlineData("pending", InstanceState.Pending)]
    [InlineData("running", InstanceState.Running)]
    [InlineData("shutting-down", InstanceState.ShuttingDown)]
    [InlineData("terminated", InstanceState.Terminated)]
    [InlineData("stopping", InstanceState.Stopping)]
    [InlineData("stopped", InstanceState.Stopped)]
    public async Task Reads_every_state(string name, InstanceState state) =>
        Assert.Equal(state, (await ReadAsync(Ec2Answers.Instance("i-1", name))).State);

    [Fact]
    public async Task A_state_that_is_not_known_is_not_guessed()
    {
        var error = await Assert.ThrowsAsync<InstanceException>(() => ReadAsync(Ec2Answers.Instance("i-1", "hibernating")));

        Assert.Equal(InstanceErrorKind.Terminal, error.Kind);
        Assert.Contains("i-1 is in the state \"hibernating\"", error.Message, StringComparison.Ordinal);
    }

    private async Task<Instance> ReadAsync(string item)
    {
        ec2.Answer(Ec2Answers.Instances(item));
        return Assert.Single(await ec2.Instances.DescribeAsync(["i-1"], TestContext.Current.CancellationToken));
    }
}
