using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Preflight;
using EsdbRollingAction.Core.Strategies;

namespace EsdbRollingAction.Tests.Checks;

public class AddressChecksTests
{
    private const string PublicName = "ec2-3-4-5-6.eu-west-1.compute.amazonaws.com";

    [Theory]
    [InlineData(true, "3.4.5.6", CheckOutcome.Refused)]
    [InlineData(true, PublicName, CheckOutcome.Refused)]
    [InlineData(true, PublicName + ".", CheckOutcome.Refused)]
    [InlineData(true, "10.0.0.1", CheckOutcome.Note)]
    [InlineData(false, "3.4.5.6", CheckOutcome.Passed)]
    [InlineData(null, "3.4.5.6", CheckOutcome.Note)]
    public void A_node_that_advertises_a_public_address_which_a_stop_takes_away_is_refused(bool? loses, string host, CheckOutcome outcome) =>
        Assert.Equal(outcome, Check(loses, new CheckedAddresses(host)).Outcome);

    [Theory]
    [InlineData("3.4.5.6", null, CheckOutcome.Refused)]
    [InlineData("3.4.5.6", "10.0.0.1", CheckOutcome.Note)]
    [InlineData("10.0.0.1", null, CheckOutcome.Note)]
    public void A_name_of_one_s_own_that_resolves_to_nothing_else_is_refused_as_well(string resolved, string? also, CheckOutcome outcome) =>
        Assert.Equal(outcome, Check(true, new CheckedAddresses("node1.example.com") { Resolved = also is null ? [resolved] : [resolved, also] }).Outcome);

    [Theory]
    [InlineData("3.4.5.6")]
    [InlineData(PublicName)]
    public void A_name_inside_of_the_VPC_that_is_lost_with_the_address_is_refused_though_it_resolves_to_the_private_one(string host) =>
        Assert.Equal(CheckOutcome.Refused, Check(true, new CheckedAddresses(host) { Resolved = ["10.0.0.1"], Others = ["10.0.0.1"] }).Outcome);

    [Fact]
    public void The_loss_can_be_allowed()
    {
        var check = AddressChecks.PublicAddressStays(Node(true, new CheckedAddresses("3.4.5.6")), allowLoss: true);

        Assert.Equal(CheckOutcome.Warning, check.Outcome);
        Assert.Contains("which is allowed", check.Found, StringComparison.Ordinal);
    }

    [Fact]
    public void A_connection_string_that_names_it_is_warned_of() =>
        Assert.Equal(CheckOutcome.Warning, Check(true, new CheckedAddresses("10.0.0.1") { Others = ["3.4.5.6"] }).Outcome);

    [Fact]
    public void The_refusal_says_which_address_and_what_to_do()
    {
        var check = Check(true, new CheckedAddresses("node1.example.com") { Resolved = ["3.4.5.6"] });

        Assert.Equal(
            "the node is reached only by node1.example.com (3.4.5.6), which is no Elastic IP: it is lost when the instance stops. "
            + "Associate an Elastic IP, or let the node advertise its private address; or set allow-public-address-loss",
            check.Text);
    }

    private static Check Check(bool? loses, CheckedAddresses addresses) => AddressChecks.PublicAddressStays(Node(loses, addresses), allowLoss: false);

    private static CheckedNode Node(bool? loses, CheckedAddresses addresses) => Facts.Node(
        details => details with { LosesPublicAddress = loses, PublicDnsName = PublicName }, publicAddress: "3.4.5.6", addresses: addresses);
}
