using EsdbRollingAction.Core.Ec2;
using static EsdbRollingAction.Tests.Ec2.MatcherFixture;

namespace EsdbRollingAction.Tests.Ec2;

public sealed class InstanceMatcherTests
{
    [Fact]
    public void Matches_every_node_to_its_own_instance()
    {
        var nodes = new[] { Node("10.0.0.1"), Node("10.0.0.2"), Node("10.0.0.3") };

        var matched = InstanceMatcher.Match(nodes, [Instance("i-2", "10.0.0.2"), Instance("i-3", "10.0.0.3"), Instance("i-1", "10.0.0.1")]);

        Assert.Equal(["i-1", "i-2", "i-3"], nodes.Select(node => matched[node.Endpoint].Id));
    }

    [Fact]
    public void Matches_a_private_address_that_only_gossip_tells() =>
        Assert.Equal("i-1", Match(Node("node1.example.com", "10.0.0.1"), Instance("i-1", "10.0.0.1")));

    [Fact]
    public void Matches_any_private_address_of_the_instance() =>
        Assert.Equal("i-1", Match(Node("10.0.7.7"), Instance("i-1", "10.0.0.1 10.0.7.7")));

    [Theory]
    [InlineData("fd00::1", "fd00:0:0:0:0:0:0:1")]
    [InlineData("[FD00::1]", "fd00::1")]
    [InlineData("::ffff:10.0.0.1", "10.0.0.1")]
    public void Matches_an_address_however_it_is_written(string node, string instance) =>
        Assert.Equal("i-1", Match(Node("node1", node), Instance("i-1", instance)));

    [Theory]
    [InlineData("IP-10-0-0-1.eu-west-1.compute.internal")]
    [InlineData("ip-10-0-0-1.eu-west-1.compute.internal.")]
    public void Matches_a_dns_name_whatever_its_case_or_last_dot(string host) =>
        Assert.Equal("i-1", Match(Node(host), Instance("i-1", dns: "ec2-3-4-5-6.compute.amazonaws.com ip-10-0-0-1.eu-west-1.compute.internal")));

    [Fact]
    public void Matches_a_public_address() =>
        Assert.Equal("i-1", Match(Node("3.4.5.6"), Instance("i-1", "10.0.0.1", publicAddress: "3.4.5.6")));

    [Theory]
    [InlineData("node1.orders.example.com", "node1.orders.example.com")]
    [InlineData("node1.orders.example.com", "NODE1")]
    [InlineData("node1", "node1")]
    [InlineData("10.0.0.1", "10.0.0.1")]
    public void Matches_a_Name_tag(string host, string name) =>
        Assert.Equal("i-1", Match(Node(host), Instance("i-1", "192.168.0.1", name)));

    [Fact]
    public void A_private_address_goes_before_a_Name_tag() =>
        Assert.Equal("i-2", Match(Node("node1", "10.0.0.1"), Instance("i-1", "10.0.0.9", "node1"), Instance("i-2", "10.0.0.1", "old")));

    [Fact]
    public void A_private_address_goes_before_a_public_one() =>
        Assert.Equal("i-2", Match(
            Node("node1", "10.0.0.1", "3.4.5.6"), Instance("i-1", "10.0.0.9", publicAddress: "3.4.5.6"), Instance("i-2", "10.0.0.1")));

    [Fact]
    public void A_dns_name_goes_before_a_Name_tag() =>
        Assert.Equal("i-2", Match(Node("node1"), Instance("i-1", name: "node1"), Instance("i-2", dns: "node1")));

    [Fact]
    public void A_stopped_instance_matches() =>
        Assert.Equal("i-1", Match(Node("10.0.0.1"), Instance("i-1", "10.0.0.1", state: InstanceState.Stopped)));

    [Fact]
    public void A_loopback_address_finds_nothing_unless_the_instance_really_has_it() =>
        Assert.Equal("i-1", Match(Node("node1", "127.0.1.1"), Instance("i-1", "10.0.0.1", "node1"), Instance("i-2", "10.0.0.2", "node2")));

    [Fact]
    public void The_first_number_of_an_address_is_no_Name() =>
        Assert.Contains("no instance has this", Refusal(Node("10.0.0.1"), Instance("i-1", "10.0.0.9", "10")), StringComparison.Ordinal);

    [Fact]
    public void A_number_is_a_name_and_not_an_address() =>
        Assert.Contains("no instance has this", Refusal(Node("10"), Instance("i-1", "0.0.0.10")), StringComparison.Ordinal);
}
