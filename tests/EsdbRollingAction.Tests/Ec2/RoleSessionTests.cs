using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Aws;
using EsdbRollingAction.Core.Ec2;
using Microsoft.Extensions.Time.Testing;

namespace EsdbRollingAction.Tests.Ec2;

/// <summary>The role as the EC2 client uses it, from the first token to the end of its sessions.</summary>
[Collection(EnvironmentTests.Name)]
public sealed class RoleSessionTests : IDisposable
{
    private readonly FakeTimeProvider time = new(DateTimeOffset.UtcNow);
    private readonly StubSts sts = new();
    private readonly StubEc2 ec2 = new();
    private RoleSessions? roles;

    public RoleSessionTests() => ec2.Answer(Ec2Answers.Instances(Ec2Answers.Instance("i-1")));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        roles?.Dispose();
        sts.Dispose();
        ec2.Dispose();
    }

    [Theory]
    [InlineData("AWS_ENDPOINT_URL_STS", "eu-west-1", "")]
    [InlineData("AWS_ENDPOINT_URL", null, "eu-west-1")]
    public async Task EC2_is_asked_with_the_newest_session_for_as_long_as_the_job_runs(string variable, string? input, string region)
    {
        using var environment = new AwsEnvironment((variable, sts.Address), ("AWS_ENDPOINT_URL_EC2", ec2.Address.ToString()), ("AWS_REGION", region));
        sts.Accept("AKID1", time.GetUtcNow().AddHours(1));
        var role = await AssumeAsync(input);
        using var client = Ec2Client.Create(input, role);
        var instances = new Ec2Instances(new Ec2Calls(client));
        await instances.DescribeAsync(["i-1"], Token);

        sts.Accept("AKID2", time.GetUtcNow().AddHours(2));
        time.Advance(TimeSpan.FromMinutes(55));
        await instances.DescribeAsync(["i-1"], Token);
        await role.LastRenewal;
        await instances.DescribeAsync(["i-1"], Token);

        Assert.Equal(["AKID1", "AKID1", "AKID2"], ec2.Authorizations.Select(KeyOf));
        Assert.Equal(2, sts.Requests.Count);
    }

    [Fact]
    public async Task A_session_that_expired_and_cannot_be_renewed_reaches_the_caller_as_such()
    {
        using var environment = Environment();
        sts.Accept("AKID1", time.GetUtcNow().AddHours(1));
        var role = await AssumeAsync("eu-west-1");
        using var client = Ec2Client.Create("eu-west-1", role);
        sts.Refuse(403, "AccessDenied", "Not authorized");
        time.Advance(TimeSpan.FromHours(2));

        var error = await Assert.ThrowsAsync<InstanceException>(() => new Ec2Instances(new Ec2Calls(client)).StopAsync("i-1", Token));

        Assert.Equal(InstanceErrorKind.CredentialsExpired, error.Kind);
        Assert.Contains("could not be renewed", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("QXZ", error.ToString(), StringComparison.Ordinal);
        Assert.Empty(ec2.Requests);
    }

    [Fact]
    public async Task A_first_session_that_is_refused_says_that_nothing_was_changed()
    {
        using var environment = Environment();
        sts.Refuse(403, "AccessDenied", "Not authorized");

        var error = await Assert.ThrowsAsync<RollingUpdateException>(() => AssumeAsync("eu-west-1"));

        Assert.Equal(FailureReason.PreflightRefused, error.Reason);
        Assert.EndsWith("Nothing was changed.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_region_anywhere_says_what_to_set()
    {
        using var environment = new AwsEnvironment();

        Assert.Equal("NoRegion", (await Assert.ThrowsAsync<InstanceException>(() => AssumeAsync(null))).Code);
    }

    private static string KeyOf(string authorization) => authorization.Split("Credential=")[1].Split('/')[0];

    private AwsEnvironment Environment() => new(("AWS_ENDPOINT_URL_STS", sts.Address), ("AWS_ENDPOINT_URL_EC2", ec2.Address.ToString()));

    private Task<AssumedRole> AssumeAsync(string? region)
    {
        roles = new RoleSessions(region, "esdb-rolling-update-42", new SessionRenewal(_ => { }, time, Token));
        return roles.WithTokenAsync(RoleArn.Parse(StubSts.Role), name: null, sts);
    }
}
