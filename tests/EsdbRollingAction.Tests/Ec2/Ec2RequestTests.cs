using EsdbRollingAction.Core.Ec2;

namespace EsdbRollingAction.Tests.Ec2;

/// <summary>What is sent to EC2, and how its answers are read.</summary>
public sealed class Ec2RequestTests : IDisposable
{
    private readonly StubEc2 ec2 = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => ec2.Dispose();

    [Fact]
    public async Task Describing_asks_once_by_filter_so_that_an_unknown_id_fails_nothing()
    {
        ec2.Answer(Ec2Answers.Instances(Ec2Answers.Instance("i-1")));

        var instances = await ec2.Instances.DescribeAsync(["i-1", "i-new"], Token);

        Assert.Equal("i-1", Assert.Single(instances).Id);
        Sent(
            ("Action", "DescribeInstances"),
            ("Version", "2016-11-15"),
            ("Filter.1.Name", "instance-id"),
            ("Filter.1.Value.1", "i-1"),
            ("Filter.1.Value.2", "i-new"));
    }

    [Fact]
    public async Task Describing_nothing_asks_nothing()
    {
        Assert.Empty(await ec2.Instances.DescribeAsync([], Token));

        Assert.Empty(ec2.Requests);
    }

    [Fact]
    public async Task Describing_shows_what_goes_for_good_and_finding_does_not()
    {
        ec2.Answer(Ec2Answers.Instances(
            Ec2Answers.Instance("i-1", "terminated") + Ec2Answers.Instance("i-2", "shutting-down") + Ec2Answers.Instance("i-3", "stopped")));

        Assert.Equal(["i-1", "i-2", "i-3"], (await ec2.Instances.DescribeAsync(["i-1", "i-2", "i-3"], Token)).Select(i => i.Id));
        Assert.Equal(["i-3"], (await ec2.Instances.FindAsync([], Token)).Select(i => i.Id));
    }

    [Fact]
    public async Task Finding_sends_the_filters()
    {
        ec2.Answer(Ec2Answers.Instances(string.Empty));

        Assert.Empty(await ec2.Instances.FindAsync(InstanceFilters.Parse("tag:Name=a,tag:Name=b,vpc-id=vpc-1"), Token));

        Sent(
            ("Action", "DescribeInstances"),
            ("Version", "2016-11-15"),
            ("Filter.1.Name", "tag:Name"),
            ("Filter.1.Value.1", "a"),
            ("Filter.1.Value.2", "b"),
            ("Filter.2.Name", "vpc-id"),
            ("Filter.2.Value.1", "vpc-1"),
            ("MaxResults", "200"));
    }

    [Fact]
    public async Task Finding_turns_every_page()
    {
        ec2.Answer(Ec2Answers.Instances(Ec2Answers.Instance("i-1"), "page-2"));
        ec2.AnswerTo("NextToken=page-2", Ec2Answers.Instances(Ec2Answers.Instance("i-2"), "page-3"));
        ec2.AnswerTo("NextToken=page-3", Ec2Answers.Instances(Ec2Answers.Instance("i-3")));

        var instances = await ec2.Instances.FindAsync(InstanceFilters.Parse("tag:env=prod"), Token);

        Assert.Equal(["i-1", "i-2", "i-3"], instances.Select(i => i.Id));
        Assert.All(ec2.Requests, request => Assert.Equal("tag:env", request["Filter.1.Name"]));
    }

    [Fact]
    public async Task An_answer_without_any_reservation_is_no_instance()
    {
        ec2.Answer(Ec2Answers.Answer("DescribeInstances", "<reservationSet/>"));

        Assert.Empty(await ec2.Instances.FindAsync([], Token));
    }

    [Fact]
    public async Task Stopping_names_the_instance()
    {
        ec2.Answer(Ec2Answers.Answer("StopInstances", "<instancesSet><item><instanceId>i-1</instanceId></item></instancesSet>"));

        await ec2.Instances.StopAsync("i-1", Token);

        Sent(("Action", "StopInstances"), ("Version", "2016-11-15"), ("InstanceId.1", "i-1"));
    }

    [Fact]
    public async Task Rebooting_names_the_instance()
    {
        ec2.Answer(Ec2Answers.Answer("RebootInstances", "<return>true</return>"));

        await ec2.Instances.RebootAsync("i-1", Token);

        Sent(("Action", "RebootInstances"), ("Version", "2016-11-15"), ("InstanceId.1", "i-1"));
    }

    [Fact]
    public async Task Changing_the_type_names_instance_and_type()
    {
        ec2.Answer(Ec2Answers.Answer("ModifyInstanceAttribute", "<return>true</return>"));

        await ec2.Instances.SetTypeAsync("i-1", "t2.xlarge", Token);

        Sent(
            ("Action", "ModifyInstanceAttribute"), ("Version", "2016-11-15"), ("InstanceId", "i-1"), ("InstanceType.Value", "t2.xlarge"));
    }

    [Fact]
    public async Task Starting_names_the_instance()
    {
        ec2.Answer(Ec2Answers.Answer("StartInstances", "<instancesSet><item><instanceId>i-1</instanceId></item></instancesSet>"));

        await ec2.Instances.StartAsync("i-1", Token);

        Sent(("Action", "StartInstances"), ("Version", "2016-11-15"), ("InstanceId.1", "i-1"));
    }

    [Fact]
    public async Task Requests_are_signed_for_the_region()
    {
        ec2.Answer(Ec2Answers.Instances(string.Empty));

        await ec2.Instances.FindAsync([], Token);

        Assert.Contains("/eu-west-1/ec2/aws4_request", Assert.Single(ec2.Authorizations), StringComparison.Ordinal);
    }

    private void Sent(params (string Name, string Value)[] fields) =>
        Assert.Equal(fields.ToDictionary(f => f.Name, f => f.Value), Assert.Single(ec2.Requests).ToDictionary());
}
