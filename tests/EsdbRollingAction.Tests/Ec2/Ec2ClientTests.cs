using Amazon.Runtime;
using EsdbRollingAction.Core.Ec2;

namespace EsdbRollingAction.Tests.Ec2;

[Collection(EnvironmentTests.Name)]
public sealed class Ec2ClientTests
{
    private static readonly BasicAWSCredentials Keys = new("AKIDEXAMPLE", "secret-key");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("AWS_ENDPOINT_URL_EC2", "eu-west-1", null)]
    [InlineData("AWS_ENDPOINT_URL", "eu-west-1", null)]
    [InlineData("AWS_ENDPOINT_URL_EC2", null, "eu-west-1")]
    [InlineData("AWS_ENDPOINT_URL", "eu-west-1", "us-east-2")]
    public async Task Asks_the_endpoint_of_the_environment_signed_for_the_region(string variable, string? input, string? region)
    {
        using var ec2 = new StubEc2();
        ec2.Answer(Ec2Answers.Instances(Ec2Answers.Instance("i-1")));
        using var environment = new AwsEnvironment((variable, ec2.Address.ToString()), ("AWS_REGION", region ?? string.Empty));
        using var client = Ec2Client.Create(input, Keys);

        Assert.Single(await new Ec2Instances(new Ec2Calls(client)).DescribeAsync(["i-1"], Token));

        Assert.Contains("Credential=AKIDEXAMPLE/", Assert.Single(ec2.Authorizations), StringComparison.Ordinal);
        Assert.Contains("/eu-west-1/ec2/aws4_request", ec2.Authorizations[0], StringComparison.Ordinal);
    }

    [Fact]
    public void The_region_comes_from_the_environment_when_the_input_has_none()
    {
        using var environment = new AwsEnvironment(("AWS_REGION", "eu-central-1"));
        using var client = Ec2Client.Create(null, Keys);

        Assert.Equal("eu-central-1", client.Config.RegionEndpoint.SystemName);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void No_region_anywhere_says_what_to_set(string? region)
    {
        using var environment = new AwsEnvironment();

        var error = Assert.Throws<InstanceException>(() => Ec2Client.Create(region, Keys));

        Assert.Equal((InstanceErrorKind.CredentialsMissing, "NoRegion"), (error.Kind, error.Code));
        Assert.Contains("aws-region", error.Message, StringComparison.Ordinal);
    }
}
