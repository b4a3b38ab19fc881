using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Aws;
using EsdbRollingAction.Tests.Ec2;

namespace EsdbRollingAction.Tests.Aws;

[Collection(EnvironmentTests.Name)]
public sealed class AwsRegionTests
{
    [Theory]
    [InlineData("eu-west-1")]
    [InlineData("us-gov-west-1")]
    [InlineData("cn-north-1")]
    [InlineData("us-iso-east-1")]
    [InlineData("us-isob-east-1")]
    [InlineData("eu-isoe-west-1")]
    [InlineData("mx-central-1")]
    [InlineData("ap-southeast-7")]
    [InlineData("eusc-de-east-1")]
    [InlineData("af-northwest-12")]
    public void A_region_is_accepted_by_its_form_also_one_that_is_newer_than_the_SDK(string region) =>
        Assert.Equal(region, AwsRegion.Check($" {region}\n", "The input aws-region"));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("  ")]
    public void Nothing_is_no_region(string? text) => Assert.Null(AwsRegion.Check(text, "The input aws-region"));

    [Theory]
    [InlineData("eu_west_1", "The input aws-region is 'eu_west_1', which is not a region's name; is eu-west-1 meant? Nothing was changed.")]
    [InlineData("EU-West-1", "is eu-west-1 meant?")]
    [InlineData("eu-west-1a", "The input aws-region is 'eu-west-1a', an availability zone; the region is eu-west-1. Nothing was changed.")]
    [InlineData("us-west-2-lax-1a", "a local zone; the region is us-west-2.")]
    [InlineData("Ireland", "which is what people call the region eu-west-1: set that.")]
    [InlineData("Frankfurt", "the region eu-central-1: set that.")]
    [InlineData("euw1-az1", "which is not a region's name, such as eu-west-1.")]
    [InlineData("Europe", "which is not a region's name, such as eu-west-1.")]
    [InlineData("eu-west-1.amazonaws.com", "which is not a region's name, such as eu-west-1.")]
    [InlineData("eu-west-1\nx", "which is not a region's name, such as eu-west-1.")]
    public void What_is_none_is_bad_input_that_says_what_may_be_meant(string text, string said)
    {
        var error = Assert.Throws<RollingUpdateException>(() => AwsRegion.Check(text, "The input aws-region"));

        Assert.Equal(FailureReason.InvalidInput, error.Reason);
        Assert.Contains(said, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("eu-west-1", "eu-west-2", "eu-west-3", "eu-west-1")]
    [InlineData(null, "eu-west-2", "eu-west-3", "eu-west-2")]
    [InlineData(null, "", "eu-west-3", "eu-west-3")]
    [InlineData(null, null, null, null)]
    public void The_input_comes_before_the_variables_which_are_read_as_by_other_SDKs(
        string? input, string? region, string? byDefault, string? found)
    {
        using var environment = new AwsEnvironment();
        string? Variable(string name) => name switch { "AWS_REGION" => region, "AWS_DEFAULT_REGION" => byDefault, _ => null };

        Assert.Equal(found, AwsRegion.Find(input, SharedProfile.InUse(Variable), Variable));
    }

    [Theory]
    [InlineData("AWS_REGION")]
    [InlineData("AWS_DEFAULT_REGION")]
    public void A_variable_that_is_not_right_is_named(string variable)
    {
        using var environment = new AwsEnvironment();
        string? Variable(string name) => name == variable ? "eu-west-1b" : null;

        var error = Assert.Throws<RollingUpdateException>(() => AwsRegion.Find(null, SharedProfile.InUse(Variable), Variable));

        Assert.StartsWith($"The variable {variable} is 'eu-west-1b', an availability zone", error.Message, StringComparison.Ordinal);
    }
}
