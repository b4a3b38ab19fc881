using EsdbRollingAction.Core.Ec2;

namespace EsdbRollingAction.Tests.Ec2;

public sealed class Ec2CapacityTests : IDisposable
{
    private static readonly DateTimeOffset Until = new(2026, 11, 23, 8, 0, 0, TimeSpan.FromHours(1));
    private readonly StubEc2 ec2 = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private Ec2Capacity Capacity => new(ec2.Calls);

    public void Dispose() => ec2.Dispose();

    [Fact]
    public async Task Reserves_for_one_instance_where_it_is_and_until_it_ends_by_itself()
    {
        ec2.Answer(Ec2Answers.Reserved("pending"));

        var reservation = await ReserveAsync();

        Assert.Equal(new CapacityReservation("cr-1", "i-1", "t2.xlarge", ReservationState.Pending, 1), reservation);
        var sent = Assert.Single(ec2.Requests).ToDictionary();
        Assert.Equal(64, sent["ClientToken"].Length);
        sent.Remove("ClientToken");
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["Action"] = "CreateCapacityReservation",
                ["Version"] = "2016-11-15",
                ["InstanceType"] = "t2.xlarge",
                ["InstanceCount"] = "1",
                ["InstanceMatchCriteria"] = "open",
                ["InstancePlatform"] = "Linux/UNIX",
                ["AvailabilityZone"] = "eu-west-1a",
                ["Tenancy"] = "default",
                ["EbsOptimized"] = "false",
                ["EndDateType"] = "limited",
                ["EndDate"] = "2026-11-23T07:00:00Z",
                ["TagSpecifications.1.ResourceType"] = "capacity-reservation",
                ["TagSpecifications.1.Tag.1.Key"] = "esdb-rolling-update",
                ["TagSpecifications.1.Tag.1.Value"] = "i-1",
            },
            sent);
    }

    [Fact]
    public async Task The_same_request_is_the_same_reservation_and_another_is_not()
    {
        ec2.Answer(Ec2Answers.Reserved("active"));

        await ReserveAsync();
        await ReserveAsync();
        await Capacity.ReserveAsync(Instance(), "t2.xlarge", Until.AddSeconds(1), Token);
        await Capacity.ReserveAsync(Instance(), "t2.2xlarge", Until, Token);

        Assert.Equal([0, 0, 2, 3], Tokens().Select(token => Tokens().IndexOf(token)));
    }

    [Theory]
    [InlineData("Red Hat Enterprise Linux", "Red Hat Enterprise Linux")]
    [InlineData("Red Hat Enterprise Linux with HA", "RHEL with HA")]
    [InlineData(null, "Linux/UNIX")]
    public async Task The_platform_is_named_as_reservations_name_it(string? platform, string sent)
    {
        ec2.Answer(Ec2Answers.Reserved("active"));

        await Capacity.ReserveAsync(Instance(new InstanceDetails { Zone = "eu-west-1a", Platform = platform }), "t2.xlarge", Until, Token);

        Assert.Equal(sent, Assert.Single(ec2.Requests)["InstancePlatform"]);
    }

    [Theory]
    [InlineData(null, "default", null, "zone")]
    [InlineData("eu-west-1a", "host", null, "dedicated host")]
    [InlineData("eu-west-1a", "default", "spread-1", "placement group spread-1")]
    public async Task Asks_for_nothing_that_the_instance_would_not_use(string? zone, string tenancy, string? group, string why)
    {
        var instance = Instance(new InstanceDetails { Zone = zone, Tenancy = tenancy, PlacementGroup = group });

        var error = await Assert.ThrowsAsync<InstanceException>(() => Capacity.ReserveAsync(instance, "t2.xlarge", Until, Token));

        Assert.Equal(InstanceErrorKind.Terminal, error.Kind);
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
        Assert.Empty(ec2.Requests);
    }

    [Theory]
    [InlineData("none", null, "it avoids capacity reservations")]
    [InlineData(null, "cr-0123", "it is bound to cr-0123")]
    public async Task Asks_for_nothing_for_an_instance_that_uses_no_open_reservation(string? preference, string? target, string why)
    {
        var instance = Instance(new InstanceDetails { Zone = "eu-west-1a", ReservationPreference = preference, ReservationTarget = target });

        var error = await Assert.ThrowsAsync<InstanceException>(() => Capacity.ReserveAsync(instance, "t2.xlarge", Until, Token));

        Assert.Contains(why, error.Message, StringComparison.Ordinal);
        Assert.Empty(ec2.Requests);
    }

    [Theory]
    [InlineData("InsufficientInstanceCapacity", 500, InstanceErrorKind.Capacity)]
    [InlineData("ReservationCapacityExceeded", 400, InstanceErrorKind.Capacity)]
    [InlineData("InstanceLimitExceeded", 400, InstanceErrorKind.Terminal)]
    [InlineData("UnauthorizedOperation", 403, InstanceErrorKind.AccessDenied)]
    public async Task A_refusal_says_what_for_which_instance(string code, int status, InstanceErrorKind kind)
    {
        ec2.Answer(Ec2Answers.Error(code, "The sentence."), status);

        var error = await Assert.ThrowsAsync<InstanceException>(ReserveAsync);

        Assert.Equal((kind, code), (error.Kind, error.Code));
        Assert.Contains("hold capacity of t2.xlarge for i-1", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("active", ReservationState.Active)]
    [InlineData("pending", ReservationState.Pending)]
    [InlineData("delayed", ReservationState.Pending)]
    [InlineData("failed", ReservationState.Ended)]
    [InlineData("expired", ReservationState.Ended)]
    [InlineData("cancelled", ReservationState.Ended)]
    public async Task Reads_how_far_it_is(string state, ReservationState read)
    {
        ec2.Answer(Ec2Answers.Reserved(state));

        Assert.Equal(read, (await ReserveAsync()).State);
    }

    [Fact]
    public async Task Finds_by_tag_on_every_page_what_is_still_held()
    {
        ec2.Answer(Ec2Answers.Reservations(Ec2Answers.Reservation("cr-1", "i-1", "active", available: 0), "page-2"));
        ec2.AnswerTo("NextToken=page-2", Ec2Answers.Reservations(Ec2Answers.Reservation("cr-2", "i-2", "pending", available: 1)));

        var found = await Capacity.FindAsync(["i-1", "i-2"], Token);

        Assert.Equal(
            [
                new CapacityReservation("cr-1", "i-1", "t2.xlarge", ReservationState.Active, 0),
                new CapacityReservation("cr-2", "i-2", "t2.xlarge", ReservationState.Pending, 1),
            ],
            found);
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["Action"] = "DescribeCapacityReservations",
                ["Version"] = "2016-11-15",
                ["Filter.1.Name"] = "tag:esdb-rolling-update",
                ["Filter.1.Value.1"] = "i-1",
                ["Filter.1.Value.2"] = "i-2",
                ["Filter.2.Name"] = "state",
                ["Filter.2.Value.1"] = "pending",
                ["Filter.2.Value.2"] = "active",
            },
            ec2.Requests[0].ToDictionary());
    }

    [Fact]
    public async Task What_is_not_tagged_for_one_of_the_instances_is_not_theirs()
    {
        ec2.Answer(Ec2Answers.Reservations(Ec2Answers.Reservation("cr-1", "i-other", "active", available: 1)));

        Assert.Empty(await Capacity.FindAsync(["i-1"], Token));
    }

    [Fact]
    public async Task Pages_that_do_not_end_are_an_error_and_not_read_for_ever()
    {
        ec2.Answer(Ec2Answers.Answer("DescribeCapacityReservations", "<capacityReservationSet/><nextToken>more</nextToken>"));

        var error = await Assert.ThrowsAsync<InstanceException>(() => Capacity.FindAsync(["i-1"], Token));

        Assert.Equal(("TooManyPages", 100), (error.Code, ec2.Requests.Count));
    }

    [Fact]
    public async Task For_no_instance_nothing_is_asked()
    {
        Assert.Empty(await Capacity.FindAsync([], Token));

        Assert.Empty(ec2.Requests);
    }

    [Fact]
    public async Task Giving_back_names_the_reservation()
    {
        ec2.Answer(Ec2Answers.Answer("CancelCapacityReservation", "<return>true</return>"));

        await Capacity.ReleaseAsync("cr-1", Token);

        Assert.Equal("cr-1", Assert.Single(ec2.Requests)["CapacityReservationId"]);
    }

    [Theory]
    [InlineData("InvalidCapacityReservationState")]
    [InlineData("InvalidCapacityReservationId.NotFound")]
    public async Task Giving_back_what_has_ended_is_done(string code)
    {
        ec2.Answer(Ec2Answers.Error(code, "The sentence."), 400);

        await Capacity.ReleaseAsync("cr-1", Token);

        Assert.Single(ec2.Requests);
    }

    [Fact]
    public async Task Giving_back_that_is_refused_is_told()
    {
        ec2.Answer(Ec2Answers.Error("UnauthorizedOperation", "The sentence."), 403);

        var error = await Assert.ThrowsAsync<InstanceException>(() => Capacity.ReleaseAsync("cr-1", Token));

        Assert.Contains("ec2:CancelCapacityReservation", error.Message, StringComparison.Ordinal);
    }

    private static Instance Instance(InstanceDetails? details = null) => new("i-1", InstanceState.Running, "t2.large", "a", [], null, [])
    {
        Details = details ?? new InstanceDetails { Zone = "eu-west-1a", Platform = "Linux/UNIX", Tenancy = "default", IsEbsOptimized = false },
    };

    private List<string> Tokens() => [.. ec2.Requests.Select(request => request["ClientToken"])];

    private Task<CapacityReservation> ReserveAsync() => Capacity.ReserveAsync(Instance(), "t2.xlarge", Until, Token);
}
