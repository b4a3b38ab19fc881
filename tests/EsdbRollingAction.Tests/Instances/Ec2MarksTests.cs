using EsdbRollingAction.Core.Instances;

namespace EsdbRollingAction.Tests.Instances;

public sealed class Ec2MarksTests : IDisposable
{
    private readonly StubEc2 ec2 = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private Ec2Marks Marks => new(ec2.Calls);

    public void Dispose() => ec2.Dispose();

    [Fact]
    public async Task Marking_gives_the_instance_the_tag()
    {
        ec2.Answer(Ec2Answers.Answer("CreateTags", "<return>true</return>"));

        await Marks.MarkAsync("i-1", "run=1 type=t2.large", Token);

        Sent(
            ("Action", "CreateTags"),
            ("Version", "2016-11-15"),
            ("ResourceId.1", "i-1"),
            ("Tag.1.Key", "esdb-rolling-update"),
            ("Tag.1.Value", "run=1 type=t2.large"));
    }

    [Fact]
    public async Task Unmarking_without_a_value_takes_the_tag_off_whatever_it_is()
    {
        ec2.Answer(Ec2Answers.Answer("DeleteTags", "<return>true</return>"));

        await Marks.UnmarkAsync("i-1", null, Token);

        Sent(("Action", "DeleteTags"), ("Version", "2016-11-15"), ("ResourceId.1", "i-1"), ("Tag.1.Key", "esdb-rolling-update"));
    }

    [Fact]
    public async Task Unmarking_takes_the_tag_off_only_while_it_has_the_value_that_was_seen()
    {
        ec2.Answer(Ec2Answers.Answer("DeleteTags", "<return>true</return>"));

        await Marks.UnmarkAsync("i-1", "run=1", Token);

        Sent(("Action", "DeleteTags"), ("Version", "2016-11-15"), ("ResourceId.1", "i-1"), ("Tag.1.Key", "esdb-rolling-update"), ("Tag.1.Value", "run=1"));
    }

    [Theory]
    [InlineData("UnauthorizedOperation", 403, InstanceErrorKind.AccessDenied)]
    [InlineData("TagLimitExceeded", 400, InstanceErrorKind.Terminal)]
    [InlineData("InvalidInstanceID.NotFound", 400, InstanceErrorKind.LookAgain)]
    [InlineData("RequestLimitExceeded", 503, InstanceErrorKind.Transient)]
    public async Task A_refusal_names_the_instance_and_what_IAM_must_allow(string code, int status, InstanceErrorKind kind)
    {
        ec2.Answer(Ec2Answers.Error(code, "The sentence."), status);

        var error = await Assert.ThrowsAsync<InstanceException>(() => Marks.MarkAsync("i-1", "mark", Token));

        Assert.Equal((kind, code), (error.Kind, error.Code));
        Assert.Contains("mark i-1", error.Message, StringComparison.Ordinal);
        Assert.Equal(kind is InstanceErrorKind.AccessDenied, error.Message.Contains("ec2:CreateTags", StringComparison.Ordinal));
    }

    private void Sent(params (string Name, string Value)[] fields) =>
        Assert.Equal(fields.ToDictionary(f => f.Name, f => f.Value), Assert.Single(ec2.Requests).ToDictionary());
}
