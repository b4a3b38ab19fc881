using Amazon.EC2;
using Amazon.EC2.Model;
using Amazon.Runtime;
using EsdbRollingAction.Sandbox;
using EsdbRollingAction.Sandbox.Moto;
using RunningSandbox = EsdbRollingAction.Sandbox.Sandbox;

namespace EsdbRollingAction.Models.Tests.Sandbox;

/// <summary>What the AWS SDK understands of the sandbox's EC2 beyond the acts of a roll.</summary>
public sealed class Ec2WireTests
{
    private static readonly Filter TheMark = new("tag:esdb-rolling-update", ["run 7"]);

    private readonly CancellationToken cancelled = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_tag_is_set_found_and_taken_off_and_a_dry_run_does_none_of_it()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        using var ec2 = Client(sandbox.Ec2Url);
        List<string> id = [sandbox.Ec2.Truth[0].Id];

        await RefusedAsync("DryRunOperation", () => ec2.CreateTagsAsync(Tagging(id, dryRun: true), cancelled));
        Assert.Empty(await FoundAsync(ec2));
        await ec2.CreateTagsAsync(Tagging(id), cancelled);
        var tags = (await ec2.DescribeTagsAsync(new DescribeTagsRequest { Filters = [new Filter("resource-id", id)] }, cancelled)).Tags;
        Assert.Equal(["esdb-rolling-update=run 7", "Name=test-node"], tags.Select(tag => $"{tag.Key}={tag.Value}"));

        await ec2.DeleteTagsAsync(new DeleteTagsRequest { Resources = id, Tags = [new Tag("esdb-rolling-update", "run 8")] }, cancelled);
        Assert.Contains(sandbox.Ec2.Truth[0].Tags, tag => tag.Value == "run 7");
        await ec2.DeleteTagsAsync(new DeleteTagsRequest { Resources = id, Tags = [new Tag { Key = "esdb-rolling-update" }] }, cancelled);
        Assert.Empty(sandbox.Ec2.Truth[0].Tags);
    }

    [Fact]
    public async Task Capacity_is_held_found_and_given_back()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        using var ec2 = Client(sandbox.Ec2Url);

        var made = (await ec2.CreateCapacityReservationAsync(Holding(), cancelled)).CapacityReservation;
        var found = Assert.Single((await ec2.DescribeCapacityReservationsAsync(
            new DescribeCapacityReservationsRequest { Filters = [TheMark, new Filter("state", ["pending", "active"])] }, cancelled)).CapacityReservations);
        await ec2.CancelCapacityReservationAsync(new CancelCapacityReservationRequest { CapacityReservationId = made.CapacityReservationId }, cancelled);

        Assert.Equal((made.CapacityReservationId, "t2.xlarge", 1), (found.CapacityReservationId, found.InstanceType, found.AvailableInstanceCount));
        Assert.False(Assert.Single(sandbox.Ec2.Reservations).IsHeld);
    }

    [Fact]
    public async Task Who_may_not_tag_may_not_hold_what_is_tagged()
    {
        await using var sandbox = await RunningSandbox.StartAsync(new SandboxOptions { Faults = new Faults { DeniedActions = ["CreateTags"] } });
        using var ec2 = Client(sandbox.Ec2Url);

        await RefusedAsync("UnauthorizedOperation", () => ec2.CreateTagsAsync(Tagging([sandbox.Ec2.Truth[0].Id], dryRun: true), cancelled));
        await RefusedAsync("UnauthorizedOperation", () => ec2.CreateCapacityReservationAsync(Holding(), cancelled));
    }

    [Fact]
    public async Task Stop_protection_is_shown_and_refuses_the_stop()
    {
        await using var sandbox = await RunningSandbox.StartAsync(new SandboxOptions { Faults = new Faults { StopProtected = "test-node" } });
        using var ec2 = Client(sandbox.Ec2Url);
        var request = new DescribeInstanceAttributeRequest { InstanceId = sandbox.Ec2.Truth[0].Id, Attribute = InstanceAttributeName.DisableApiStop };

        Assert.True((await ec2.DescribeInstanceAttributeAsync(request, cancelled)).InstanceAttribute.DisableApiStop);
        await RefusedAsync("OperationNotPermitted", () => ec2.StopInstancesAsync(new StopInstancesRequest([request.InstanceId]), cancelled));
    }

    [Fact]
    public async Task A_type_may_exist_and_not_be_offered_in_the_zone()
    {
        await using var sandbox = await RunningSandbox.StartAsync(new SandboxOptions { Faults = new Faults { NotOffered = "t2.xlarge" } });
        using var ec2 = Client(sandbox.Ec2Url);
        var request = new DescribeInstanceTypeOfferingsRequest
        {
            LocationType = LocationType.AvailabilityZone,
            Filters = [new Filter("instance-type", ["t2.large", "t2.xlarge"]), new Filter("location", ["eu-west-1a"])],
        };

        var offered = (await ec2.DescribeInstanceTypeOfferingsAsync(request, cancelled)).InstanceTypeOfferings;

        Assert.Equal(("t2.large", "eu-west-1a"), (Assert.Single(offered).InstanceType.Value, offered[0].Location));
        Assert.Single((await ec2.DescribeInstanceTypesAsync(new DescribeInstanceTypesRequest { InstanceTypes = ["t2.xlarge"] }, cancelled)).InstanceTypes);
    }

    [Fact]
    public async Task An_instance_shows_what_decides_whether_a_type_fits()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        using var ec2 = Client(sandbox.Ec2Url);

        var instance = (await ec2.DescribeInstancesAsync(new DescribeInstancesRequest(), cancelled)).Reservations[0].Instances[0];

        Assert.Equal(("eu-west-1a", "default", "Linux/UNIX"), (instance.Placement.AvailabilityZone, instance.Placement.Tenancy.Value, instance.PlatformDetails));
        Assert.Equal(("x86_64", "hvm", "ebs"), (instance.Architecture.Value, instance.VirtualizationType.Value, instance.RootDeviceType.Value));
        Assert.Equal((true, false, "uefi-preferred"), (instance.EnaSupport, instance.EbsOptimized, instance.BootMode.Value));
        Assert.Equal(instance.PrivateIpAddress, Assert.Single(Assert.Single(instance.NetworkInterfaces).PrivateIpAddresses).PrivateIpAddress);
    }

    [Fact]
    public async Task Without_the_option_nothing_is_scheduled()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        using var ec2 = Client(sandbox.Ec2Url);

        var statuses = await StatusesAsync(ec2, new DescribeInstanceStatusRequest());

        Assert.Equal(sandbox.Ec2.Truth.Select(instance => (instance.Id, "running", 0)), statuses.Select(Shown));
    }

    [Fact]
    public async Task A_retirement_is_told_until_the_instance_is_stopped_and_started_whatever_is_rebooted()
    {
        await using var sandbox = await RunningSandbox.StartAsync(new SandboxOptions { Retiring = "test-node", TimeScale = 1000 });
        using var ec2 = Client(sandbox.Ec2Url);
        var id = sandbox.Ec2.Truth[0].Id;
        var one = new DescribeInstanceStatusRequest { InstanceIds = [id], IncludeAllInstances = true };

        var scheduled = Assert.Single((await StatusesAsync(ec2, new DescribeInstanceStatusRequest())).SelectMany(status => status.Events ?? []));
        Assert.Equal(("instance-retirement", sandbox.Ec2.Truth[0].Events[0].Id), (scheduled.Code.Value, scheduled.InstanceEventId));
        Assert.NotEmpty(scheduled.Description);
        Assert.Equal(sandbox.Ec2.Truth[0].Events[0].NotBefore.UtcDateTime, scheduled.NotBefore!.Value.ToUniversalTime());
        Assert.Equal((null, null), (scheduled.NotAfter, scheduled.NotBeforeDeadline));

        var process = sandbox.Cluster.Truth("test-node")!.Value.InstanceId;
        await ec2.RebootInstancesAsync(new RebootInstancesRequest([id]), cancelled);
        await UntilAsync(() => sandbox.Cluster.Truth("test-node")?.InstanceId != process);
        await ec2.StopInstancesAsync(new StopInstancesRequest([id]), cancelled);
        await UntilAsync(async () => (await StatusesAsync(ec2, one)).Select(Shown).SequenceEqual([(id, "stopped", 1)]));
        Assert.DoesNotContain(await StatusesAsync(ec2, new DescribeInstanceStatusRequest()), status => status.InstanceId == id);
        await ec2.StartInstancesAsync(new StartInstancesRequest([id]), cancelled);
        await UntilAsync(async () => (await StatusesAsync(ec2, one)).Select(Shown).SequenceEqual([(id, "running", 0)]));
    }

    [Fact]
    public async Task The_status_of_an_unknown_instance_is_refused_and_events_are_found_by_their_code()
    {
        await using var sandbox = await RunningSandbox.StartAsync(new SandboxOptions { Retiring = "test-node3" });
        using var ec2 = Client(sandbox.Ec2Url);
        var retiring = new DescribeInstanceStatusRequest { Filters = [new Filter("event.code", ["instance-retirement", "instance-stop"])] };

        Assert.Equal(sandbox.Ec2.Truth[2].Id, Assert.Single(await StatusesAsync(ec2, retiring)).InstanceId);
        await RefusedAsync("InvalidInstanceID.NotFound", () => StatusesAsync(ec2, new DescribeInstanceStatusRequest { InstanceIds = ["i-00000000000000000"] }));
        await RefusedAsync("DryRunOperation", () => StatusesAsync(ec2, new DescribeInstanceStatusRequest { DryRun = true }));
    }

    [Fact]
    public async Task A_reboot_is_accepted_and_refused_as_ec2_does()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        using var ec2 = Client(sandbox.Ec2Url);
        var id = sandbox.Ec2.Truth[3].Id;

        await RefusedAsync("DryRunOperation", () => ec2.RebootInstancesAsync(new RebootInstancesRequest([id]) { DryRun = true }, cancelled));
        await RefusedAsync("InvalidInstanceID.NotFound", () => ec2.RebootInstancesAsync(new RebootInstancesRequest(["i-00000000000000000"]), cancelled));
        await ec2.RebootInstancesAsync(new RebootInstancesRequest([id]), cancelled);
        await ec2.StopInstancesAsync(new StopInstancesRequest([id]), cancelled);
        await RefusedAsync("IncorrectInstanceState", () => ec2.RebootInstancesAsync(new RebootInstancesRequest([id]), cancelled));

        Assert.Equal(["Reboot test-node4readonly", "Stop test-node4readonly", "Reboot test-node4readonly"], sandbox.Referee.History
            .Select(line => line[9..])
            .Where(line => line.StartsWith("Reboot", StringComparison.Ordinal) || line.StartsWith("Stop", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task An_instance_tells_when_it_was_launched_as_ec2_writes_it()
    {
        await using var sandbox = await RunningSandbox.StartAsync();
        using var ec2 = Client(sandbox.Ec2Url);
        using var http = new HttpClient();
        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["Action"] = "DescribeInstances", ["Version"] = "2016-11-15" });

        using var answer = await http.PostAsync(sandbox.Ec2Url, form, cancelled);
        Assert.Matches(@"<launchTime>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z</launchTime>", await answer.Content.ReadAsStringAsync(cancelled));
        var shown = (await ec2.DescribeInstancesAsync(new DescribeInstancesRequest(), cancelled)).Reservations.Select(found => found.Instances[0]);
        Assert.All(shown.Zip(sandbox.Ec2.Truth), each => Assert.Equal(
            each.Second.LaunchTime.UtcDateTime, each.First.LaunchTime!.Value.ToUniversalTime(), TimeSpan.FromMilliseconds(1)));
    }

    [Fact]
    [Exhaustive]
    public async Task The_types_are_those_of_the_real_catalogue()
    {
        Assert.SkipUnless(MotoServer.IsInstalled, "moto_server is not on the PATH.");
        await using var sandbox = await RunningSandbox.StartAsync();
        await using var moto = await MotoServer.StartAsync(cancelled);
        using var own = Client(sandbox.Ec2Url);
        using var real = Client(moto.Address);
        var request = new DescribeInstanceTypesRequest { InstanceTypes = [.. sandbox.Ec2.Types.Keys] };

        var types = (await own.DescribeInstanceTypesAsync(request, cancelled)).InstanceTypes.Select(Facts);

        Assert.Equal((await real.DescribeInstanceTypesAsync(request, cancelled)).InstanceTypes.Select(Facts).Order(StringComparer.Ordinal), types.Order(StringComparer.Ordinal));
    }

    private static string Facts(InstanceTypeInfo type) => string.Join(
        ' ',
        type.InstanceType,
        type.VCpuInfo.DefaultVCpus,
        type.MemoryInfo.SizeInMiB,
        string.Join('+', type.ProcessorInfo.SupportedArchitectures.Where(architecture => architecture != "i386")),
        string.Join('+', type.SupportedVirtualizationTypes),
        string.Join('+', type.SupportedBootModes),
        type.Hypervisor,
        type.EbsInfo.EbsOptimizedSupport,
        type.EbsInfo.NvmeSupport,
        type.NetworkInfo.EnaSupport,
        type.NetworkInfo.MaximumNetworkInterfaces,
        type.NetworkInfo.Ipv4AddressesPerInterface,
        type.NetworkInfo.Ipv6AddressesPerInterface,
        type.InstanceStorageSupported,
        type.InstanceStorageInfo?.TotalSizeInGB);

    private static AmazonEC2Client Client(Uri address) => new(
        new BasicAWSCredentials("any", "any"), new AmazonEC2Config { ServiceURL = address.ToString(), AuthenticationRegion = "eu-west-1" });

    private static CreateTagsRequest Tagging(List<string> ids, bool dryRun = false) =>
        new() { Resources = ids, Tags = [new Tag("esdb-rolling-update", "run 7")], DryRun = dryRun };

    private static CreateCapacityReservationRequest Holding() => new()
    {
        InstanceType = "t2.xlarge",
        InstanceCount = 1,
        InstancePlatform = CapacityReservationInstancePlatform.LinuxUNIX,
        AvailabilityZone = "eu-west-1a",
        TagSpecifications = [new TagSpecification { ResourceType = ResourceType.CapacityReservation, Tags = [new Tag("esdb-rolling-update", "run 7")] }],
    };

    private static (string Id, string State, int Events) Shown(InstanceStatus status) =>
        (status.InstanceId, status.InstanceState.Name.Value, status.Events?.Count ?? 0);

    private async Task<List<InstanceStatus>> StatusesAsync(AmazonEC2Client ec2, DescribeInstanceStatusRequest request) =>
        (await ec2.DescribeInstanceStatusAsync(request, cancelled)).InstanceStatuses ?? [];

    private Task UntilAsync(Func<bool> isSo) => UntilAsync(() => Task.FromResult(isSo()));

    private async Task UntilAsync(Func<Task<bool>> isSo)
    {
        while (!await isSo())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, cancelled);
        }
    }

    private static async Task RefusedAsync(string code, Func<Task> request) =>
        Assert.Equal(code, (await Assert.ThrowsAsync<AmazonEC2Exception>(request)).ErrorCode);

    private async Task<List<Reservation>> FoundAsync(AmazonEC2Client ec2) =>
        (await ec2.DescribeInstancesAsync(new DescribeInstancesRequest { Filters = [TheMark] }, cancelled)).Reservations ?? [];
}
