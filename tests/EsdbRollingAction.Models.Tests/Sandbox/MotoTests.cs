using Amazon.EC2;
using Amazon.EC2.Model;
using Amazon.Runtime;
using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Sandbox.Moto;
using InstanceState = EsdbRollingAction.Core.Ec2.InstanceState;

namespace EsdbRollingAction.Models.Tests.Sandbox;

/// <summary>One moto for all of its tests; null where it is not installed.</summary>
public sealed class MotoFixture : IAsyncLifetime
{
    public MotoServer? Server { get; private set; }

    public async ValueTask InitializeAsync()
    {
        if (MotoServer.IsInstalled)
        {
            Server = await MotoServer.StartAsync(TestContext.Current.CancellationToken);
        }
    }

    public ValueTask DisposeAsync() => Server?.DisposeAsync() ?? ValueTask.CompletedTask;
}

/// <summary>The same calls against an EC2 that other people wrote. Each test has a region of its own, empty at first.</summary>
[Exhaustive]
public sealed class MotoTests : IClassFixture<MotoFixture>, IDisposable
{
    private static readonly TimeSpan MotoIsSlow = TimeSpan.FromMinutes(5);

    private static readonly Queue<string> Regions = new(
        ["eu-west-1", "eu-west-2", "eu-west-3", "eu-central-1", "eu-north-1", "us-east-1", "us-east-2", "us-west-2", "ap-south-1", "ap-northeast-1", "sa-east-1"]);

    private readonly AmazonEC2Client? client;

    public MotoTests(MotoFixture moto)
    {
        Assert.SkipWhen(moto.Server is null, "moto_server is not on the PATH.");
        var configuration = Ec2Client.Configuration(Regions.Dequeue());
        configuration.ServiceURL = moto.Server.Address.ToString();
        configuration.MaxErrorRetry = 0;
        configuration.HttpClientFactory = null;
        configuration.Timeout = MotoIsSlow;
        client = new AmazonEC2Client(new BasicAWSCredentials("test", "test"), configuration);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private AmazonEC2Client Client => client ?? throw new InvalidOperationException("moto was not started.");

    private Ec2Instances Instances => new(new Ec2Calls(Client));

    public void Dispose() => client?.Dispose();

    [Fact]
    public async Task Rolls_one_instance_to_another_type()
    {
        var id = (await RunAsync(1))[0];

        await Instances.StopAsync(id, Token);
        Assert.Equal(InstanceState.Stopped, (await LookAsync(id)).State);

        await Instances.SetTypeAsync(id, "t2.xlarge", Token);
        Assert.Equal("t2.xlarge", (await LookAsync(id)).Type);

        await Instances.StartAsync(id, Token);
        Assert.Equal(InstanceState.Running, (await LookAsync(id)).State);
    }

    [Fact]
    public async Task Finds_by_tag_and_matches_by_address()
    {
        var id = (await RunAsync(1, "esdb-1"))[0];
        await RunAsync(2, "web");

        var found = Assert.Single(await Instances.FindAsync(InstanceFilters.Parse("tag:Name=esdb-*"), Token));

        Assert.Equal((id, "esdb-1"), (found.Id, found.NameTag));
        Assert.Equal(id, await MatchAsync(found.PrivateAddresses[0]));
    }

    [Fact]
    public async Task Finds_more_instances_than_fit_on_one_page()
    {
        await RunAsync(205);

        Assert.Equal(205, (await Instances.FindAsync([], Token)).DistinctBy(instance => instance.Id).Count());
    }

    [Fact]
    public async Task An_id_that_EC2_does_not_know_is_left_out()
    {
        var id = (await RunAsync(1))[0];

        Assert.Equal(id, Assert.Single(await Instances.DescribeAsync([id, "i-0123456789abcdef0"], Token)).Id);
    }

    [Fact]
    public async Task Stopping_an_instance_that_EC2_does_not_know_is_to_be_looked_at_again()
    {
        var error = await Assert.ThrowsAsync<InstanceException>(() => Instances.StopAsync("i-0123456789abcdef0", Token));

        Assert.Equal((InstanceErrorKind.LookAgain, "InvalidInstanceID.NotFound"), (error.Kind, error.Code));
    }

    [Fact]
    public async Task A_terminated_instance_is_not_found()
    {
        var ids = await RunAsync(2);
        await Client.TerminateInstancesAsync(new TerminateInstancesRequest { InstanceIds = [ids[0]] }, Token);

        Assert.Equal([ids[1]], (await Instances.FindAsync([], Token)).Select(instance => instance.Id));
    }

    [Fact]
    public async Task Tells_what_the_checks_need_of_a_real_catalogue()
    {
        var instance = await LookAsync((await RunAsync(1))[0]);
        var api = new QueryApi(
            QueryService.AutoScaling, new QueryEndpoint(new Uri(Client.Config.ServiceURL), "eu-west-1", new AnonymousAWSCredentials()), TimeProvider.System);
        var autoScaling = new AutoScalingApi(api);

        var facts = await new Ec2InstanceFacts(new Ec2Calls(Client), autoScaling, TimeProvider.System).AskAsync([instance], ["m6i.xlarge", "t9.enormous"], Token);

        var target = facts.TypeOf("m6i.xlarge")!;
        Assert.Equal(("required", 4, 16384L), (target.EnaSupport, target.VirtualCpus, target.MemoryMiB));
        Assert.Equal(("x86_64", "hvm", false), (Assert.Single(target.Architectures), Assert.Single(target.VirtualizationTypes), target.HasInstanceStore));
        Assert.Null(facts.TypeOf("t9.enormous"));
        Assert.Contains(("m6i.xlarge", instance.Details.Zone!), facts.Offerings.Value!);
        Assert.False(facts.StopProtection[instance.Id].Value);
        Assert.Equal(("x86_64", "ebs", "hvm"), (instance.Details.Architecture, instance.Details.RootDeviceType, instance.Details.VirtualizationType));
    }

    [Fact]
    public async Task A_tag_is_seen_changed_and_removed_and_other_tags_stay()
    {
        var id = (await RunAsync(1, "esdb-1"))[0];
        var tags = new Ec2Tags(new Ec2Calls(Client));

        await tags.SetAsync([id], Core.Ec2.Instance.LeaseTag, "first", Token);
        await tags.SetAsync([id], Core.Ec2.Instance.LeaseTag, "second", Token);
        Assert.Equal(("second", "esdb-1"), ((await LookAsync(id)).Lease, (await LookAsync(id)).NameTag));

        await tags.RemoveAsync([id], Core.Ec2.Instance.LeaseTag, "first", Token);
        Assert.Equal("second", (await LookAsync(id)).Lease);

        await tags.RemoveAsync([id], Core.Ec2.Instance.LeaseTag, "second", Token);
        await tags.RemoveAsync([id], Core.Ec2.Instance.LeaseTag, "second", Token);
        Assert.Equal((null, "esdb-1"), ((await LookAsync(id)).Lease, (await LookAsync(id)).NameTag));
    }

    [Fact]
    public async Task Every_permission_can_be_tried_and_nothing_is_left_of_it()
    {
        var ids = await RunAsync(2);
        var instances = new Ec2Instances(new Ec2Calls(Client), CapacityPolicy.Required);

        var checks = await instances.TryPermissionsAsync(
            await instances.DescribeAsync(ids, Token), instance => instance.Type, new PlannedCalls(ChangesType: true), Token);

        Assert.All(checks, check => Assert.True(check.Outcome is not CheckOutcome.Refused, check.ToString()));
        Assert.Contains(Check.Passed("CreateTags", "allowed"), checks);
        Assert.All(await instances.DescribeAsync(ids, Token), instance => Assert.Equal((InstanceState.Running, null), (instance.State, instance.Lease)));
    }

    [Fact]
    public async Task An_EC2_that_knows_no_reservations_holds_none()
    {
        var instance = await LookAsync((await RunAsync(1))[0]);

        var error = await Assert.ThrowsAsync<InstanceException>(() => new Ec2Capacity(new Ec2Calls(Client)).ReserveAsync(
            instance, "t2.xlarge", DateTimeOffset.UnixEpoch.AddYears(60), Token));

        Assert.Equal((InstanceErrorKind.Transient, "NoAnswer"), (error.Kind, error.Code));
    }

    private async Task<string> MatchAsync(string address)
    {
        var node = new NodeToMatch(new NodeEndpoint(address, 2113), []);
        return InstanceMatcher.Match([node], await Instances.FindAsync([], Token))[node.Endpoint].Id;
    }

    private async Task<Core.Ec2.Instance> LookAsync(string id) => Assert.Single(await Instances.DescribeAsync([id], Token));

    private async Task<List<string>> RunAsync(int count, string? name = null)
    {
        var response = await Client.RunInstancesAsync(
            new RunInstancesRequest
            {
                ImageId = "ami-12c6146b",
                InstanceType = Amazon.EC2.InstanceType.T2Large,
                MinCount = count,
                MaxCount = count,
                TagSpecifications = name is null ? null : [new TagSpecification { ResourceType = ResourceType.Instance, Tags = [new Tag("Name", name)] }],
            },
            Token);
        return [.. response.Reservation.Instances.Select(instance => instance.InstanceId)];
    }
}
