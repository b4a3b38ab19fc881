using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.Lease;

namespace EsdbRollingAction.Tests.Lease;

public class LeaseTagTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 3, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_lease_reads_as_it_was_written()
    {
        var lease = new LeaseTag("https://github.com/org/ops/actions/runs/7", "0a1b2c3d", 7) { Renewed = Now };

        Assert.Equal("owner=https://github.com/org/ops/actions/runs/7 id=0a1b2c3d epoch=7 renewed=2026-01-01T03:00:00Z", lease.ToString());
        Assert.Equal(lease, LeaseTag.Parse(lease.ToString()));
    }

    [Theory]
    [InlineData(1, "ff", 2, "00", false)]
    [InlineData(2, "00", 1, "ff", true)]
    [InlineData(1, "0b", 1, "0a", true)]
    [InlineData(1, "0a", 1, "0b", false)]
    [InlineData(1, "0a", 1, "0a", false)]
    public void Of_two_leases_the_higher_epoch_stays_else_the_higher_id(int epoch, string id, int otherEpoch, string otherId, bool outranks) =>
        Assert.Equal(outranks, new LeaseTag("a", id, epoch).Outranks(new LeaseTag("b", otherId, otherEpoch)));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("  ")]
    public void Without_a_tag_there_is_no_lease(string? text) => Assert.Null(LeaseTag.Parse(text));

    [Theory]
    [InlineData("anything at all")]
    [InlineData("owner= id= epoch=x renewed=yesterday")]
    [InlineData("epoch=99999999999999999999")]
    public void A_tag_that_somebody_wrote_by_hand_is_a_lease_of_which_nothing_is_believed(string text) =>
        Assert.Equal(new LeaseTag("unknown", "", 0), LeaseTag.Parse(text));

    [Fact]
    public void A_mark_of_version_1_0_0_is_the_lease_of_its_run_and_the_restore_point_of_its_instance()
    {
        const string Mark = "run=https://github.com/org/ops/actions/runs/6 at=2026-01-01T03:00:00Z type=t2.large target=t2.xlarge priority=2 node=10.0.0.3:2113";
        var instance = new Instance("i-1", InstanceState.Stopped, "t2.xlarge", null, [], null, []) { Lease = Mark };

        Assert.Equal(new LeaseTag("https://github.com/org/ops/actions/runs/6", "", 0) { Renewed = Now }, LeaseTag.Parse(Mark));
        Assert.Equal(
            new RestorePoint { Node = new NodeEndpoint("10.0.0.3", 2113), Type = "t2.large", Priority = 2, Target = "t2.xlarge" },
            RestorePoint.Of(instance));
    }

    [Fact]
    public void A_restore_point_reads_as_it_was_written()
    {
        var point = new RestorePoint { Node = new NodeEndpoint("a.test", 2113), Type = "t2.large", Priority = -3, Target = "t2.xlarge" };

        Assert.Equal("type=t2.large priority=-3 target=t2.xlarge node=a.test:2113", point.ToString());
        Assert.Equal(point, RestorePoint.Parse(point.ToString()));
    }

    [Theory]
    [InlineData("node=:2113")]
    [InlineData("node=host")]
    [InlineData("node=host:0")]
    [InlineData("node=host:99999")]
    [InlineData("node=bad host:2113")]
    public void An_address_that_cannot_be_one_is_none(string text) => Assert.Null(RestorePoint.Parse(text)!.Node);

    [Fact]
    public void A_tag_is_never_longer_than_EC2_allows()
    {
        var point = new RestorePoint { Node = new NodeEndpoint(new string('h', 250), 2113), Type = "u-24tb1.112xlarge", Priority = int.MinValue };
        var lease = new LeaseTag(LeaseTag.OwnerOf(new string('o', 500)), "0a1b2c3d", int.MaxValue) { Renewed = Now };

        Assert.InRange(point.ToString().Length, 1, 256);
        Assert.InRange(lease.ToString().Length, 1, 256);
        Assert.DoesNotContain("[", RestorePointOfV6(), StringComparison.Ordinal);
    }

    private static string RestorePointOfV6() => new RestorePoint { Node = new NodeEndpoint("fd00::1", 2113) }.ToString();
}
