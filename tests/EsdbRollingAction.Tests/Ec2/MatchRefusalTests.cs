using EsdbRollingAction.Core.Ec2;
using static EsdbRollingAction.Tests.Ec2.MatcherFixture;

namespace EsdbRollingAction.Tests.Ec2;

public sealed class MatchRefusalTests
{
    [Fact]
    public void Names_the_instances_of_a_node_that_has_several()
    {
        var message = Refusal(Node("10.0.0.1"), Instance("i-1", "10.0.0.1"), Instance("i-2", "10.0.0.1"));

        Assert.Contains("10.0.0.1:2113: 2 instances by their private IP address: i-1, i-2", message, StringComparison.Ordinal);
        Assert.Contains("narrow instance-filters", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Several_in_the_deciding_rule_are_not_settled_by_a_later_one() =>
        Refusal(Node("node1", "10.0.0.1"), Instance("i-1", "10.0.0.1", "node1"), Instance("i-2", "10.0.0.1", "node2"));

    [Fact]
    public void Tells_of_a_node_without_an_instance_what_it_was_looked_for_by()
    {
        var message = Refusal(Node("node1.example.com", "10.0.0.1"), Instance("i-1", "10.0.0.9", "other"));

        Assert.Contains("node1.example.com:2113 (also 10.0.0.1): no instance has this", message, StringComparison.Ordinal);
        Assert.Contains("set the instance's Name tag", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_two_nodes_on_one_instance()
    {
        var message = Refusal([Node("a.example.com", "10.0.0.1"), Node("b.example.com", "10.0.0.1")], Instance("i-1", "10.0.0.1"));

        Assert.Contains("i-1 by its private IP address, but so are a.example.com:2113 and b.example.com:2113", message, StringComparison.Ordinal);
        Assert.Contains("share an instance", message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_node_without_an_instance_refuses_them_all_and_the_others_are_shown()
    {
        var message = Refusal([Node("10.0.0.1"), Node("10.0.0.2")], Instance("i-1", "10.0.0.1"));

        Assert.Contains("10.0.0.1:2113: i-1 by its private IP address", message, StringComparison.Ordinal);
        Assert.Contains("10.0.0.2:2113: no instance", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Lists_the_instances_looked_at()
    {
        var message = Refusal(
            Node("10.0.0.1"), Instance("i-1", "10.0.0.8", "one"), Instance("i-2", state: InstanceState.Stopped));

        Assert.Contains("EC2 instances looked at (2):", message, StringComparison.Ordinal);
        Assert.Contains("i-1  Name \"one\"  10.0.0.8  running", message, StringComparison.Ordinal);
        Assert.Contains("i-2  no Name tag  no private IP address  stopped", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_the_account_in_which_was_looked()
    {
        var instance = Instance("i-1", "10.0.0.8") with { Details = new InstanceDetails { Account = "111122223333" } };

        Assert.Contains("EC2 instances looked at in account 111122223333 (1):", Refusal(Node("10.0.0.1"), instance), StringComparison.Ordinal);
    }

    [Fact]
    public void Lists_twenty_instances_and_counts_the_rest()
    {
        var message = Refusal(Node("10.0.0.1"), [.. Enumerable.Range(1, 23).Select(n => Instance($"i-{n:D2}", $"10.0.1.{n}"))]);

        Assert.Contains("i-20 ", message, StringComparison.Ordinal);
        Assert.DoesNotContain("i-21 ", message, StringComparison.Ordinal);
        Assert.Contains("and 3 more", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Says_so_when_there_was_no_instance_to_look_at()
    {
        var message = Refusal(Node("10.0.0.1"));

        Assert.Contains("EC2 instances looked at: none.", message, StringComparison.Ordinal);
        Assert.Contains("region, the AWS account and instance-filters", message, StringComparison.Ordinal);
    }
}
