using System.Net;
using System.Net.Sockets;
using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Aws;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Tests.Ec2;

namespace EsdbRollingAction.Tests.Aws;

[Collection(EnvironmentTests.Name)]
public sealed class AwsEndpointsTests : IDisposable
{
    private readonly AwsEnvironment environment = new();
    private readonly List<string> asked = [];

    public void Dispose() => environment.Dispose();

    [Fact]
    public async Task A_region_that_is_not_known_and_has_no_EC2_is_misspelt()
    {
        var error = await Assert.ThrowsAsync<RollingUpdateException>(() => CheckAsync("eu-wast-1", exists: false));

        Assert.Equal(FailureReason.InvalidInput, error.Reason);
        Assert.Contains("'eu-wast-1'", error.Message, StringComparison.Ordinal);
        Assert.Contains("ec2.eu-wast-1.amazonaws.com is not found", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_region_that_is_newer_than_the_SDK_has_an_EC2()
    {
        await CheckAsync("cn-central-9", exists: true);

        Assert.Equal(["ec2.cn-central-9.amazonaws.com.cn"], asked);
    }

    [Fact]
    public async Task A_region_that_is_known_is_not_looked_for_so_that_an_outage_stays_one()
    {
        await CheckAsync("eu-west-1", exists: false);

        Assert.Empty(asked);
    }

    [Theory]
    [InlineData("ec2.eu-west-1.amazonaws.com", false)]
    [InlineData("ftp://127.0.0.1/", false)]
    [InlineData("http://127.0.0.1:5000", true)]
    [InlineData("", true)]
    public void An_endpoint_of_the_environment_must_be_an_address(string text, bool isRight)
    {
        var error = Record.Exception(() => AwsEndpoints.Check(name => name == "AWS_ENDPOINT_URL_STS" ? text : null));

        Assert.Equal(isRight, error is null);
        Assert.Equal(isRight ? null : FailureReason.InvalidInput, (error as RollingUpdateException)?.Reason);
    }

    private Task CheckAsync(string region, bool exists) => AwsEndpoints.CheckRegionAsync(
        Ec2Client.Configuration(region),
        (host, _) =>
        {
            asked.Add(host);
            return exists ? Task.FromResult(new[] { IPAddress.Loopback }) : throw new SocketException((int)SocketError.HostNotFound);
        },
        TestContext.Current.CancellationToken);
}
