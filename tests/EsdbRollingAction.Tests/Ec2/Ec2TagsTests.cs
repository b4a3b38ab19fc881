using EsdbRollingAction.Core.Ec2;

namespace EsdbRollingAction.Tests.Ec2;

public sealed class Ec2TagsTests : IDisposable
{
    private readonly StubEc2 ec2 = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private Ec2Tags Tags => new(ec2.Calls);

    public void Dispose() => ec2.Dispose();

    [Fact]
    public async Task All_instances_get_the_tag_in_one_call()
    {
        ec2.Answer(Ec2Answers.Answer("CreateTags", "<return>true</return>"));

        await Tags.SetAsync(["i-1", "i-2"], "key", "type=t2.large", Token);

        Sent(
            ("Action", "CreateTags"),
            ("Version", "2016-11-15"),
            ("ResourceId.1", "i-1"),
            ("ResourceId.2", "i-2"),
            ("Tag.1.Key", "key"),
            ("Tag.1.Value", "type=t2.large"));
    }

    [Fact]
    public async Task Without_a_value_the_tag_is_removed_whatever_it_is()
    {
        ec2.Answer(Ec2Answers.Answer("DeleteTags", "<return>true</return>"));

        await Tags.RemoveAsync(["i-1"], "key", null, Token);

        Sent(("Action", "DeleteTags"), ("Version", "2016-11-15"), ("ResourceId.1", "i-1"), ("Tag.1.Key", "key"));
    }

    [Fact]
    public async Task With_a_value_the_tag_is_removed_only_while_it_has_that()
    {
        ec2.Answer(Ec2Answers.Answer("DeleteTags", "<return>true</return>"));

        await Tags.RemoveAsync(["i-1"], "key", "run=1", Token);

        Sent(("Action", "DeleteTags"), ("Version", "2016-11-15"), ("ResourceId.1", "i-1"), ("Tag.1.Key", "key"), ("Tag.1.Value", "run=1"));
    }

    [Theory]
    [InlineData("UnauthorizedOperation", 403, InstanceErrorKind.AccessDenied)]
    [InlineData("TagLimitExceeded", 400, InstanceErrorKind.Terminal)]
    [InlineData("InvalidInstanceID.NotFound", 400, InstanceErrorKind.LookAgain)]
    [InlineData("RequestLimitExceeded", 503, InstanceErrorKind.Transient)]
    public async Task A_refusal_names_the_instance_and_what_IAM_must_allow(string code, int status, InstanceErrorKind kind)
    {
        ec2.Answer(Ec2Answers.Error(code, "The sentence."), status);

        var error = await Assert.ThrowsAsync<InstanceException>(() => Tags.SetAsync(["i-1"], "key", "value", Token));

        Assert.Equal((kind, code), (error.Kind, error.Code));
        Assert.Contains("tag i-1", error.Message, StringComparison.Ordinal);
        Assert.Equal(kind is InstanceErrorKind.AccessDenied, error.Message.Contains("ec2:CreateTags", StringComparison.Ordinal));
    }

    private void Sent(params (string Name, string Value)[] fields) =>
        Assert.Equal(fields.ToDictionary(f => f.Name, f => f.Value), Assert.Single(ec2.Requests).ToDictionary());
}
