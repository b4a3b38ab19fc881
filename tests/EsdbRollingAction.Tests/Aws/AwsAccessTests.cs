using Amazon.Runtime;
using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Aws;
using EsdbRollingAction.Core.Ec2;

namespace EsdbRollingAction.Tests.Aws;

public class AwsAccessTests
{
    [Fact]
    public void Whatever_is_thrown_while_clients_are_made_is_about_the_configuration()
    {
        Exception[] thrown =
        [
            new AmazonClientException("The sentence."),
            new InvalidDataException("The sentence."),
            new InvalidOperationException("The sentence."),
            new UriFormatException("The sentence."),
            new TypeInitializationException("Amazon.Some", new InvalidDataException("The sentence.")),
        ];

        Assert.All(thrown, exception => Assert.Equal(
            (FailureReason.InvalidInput, "The AWS settings cannot be used: The sentence. Nothing was changed."),
            (AwsAccess.Translate(exception)!.Reason, AwsAccess.Translate(exception)!.Message)));
    }

    [Fact]
    public void A_line_of_a_profile_that_the_SDK_repeats_is_not_shown()
    {
        var error = AwsAccess.Translate(new InvalidDataException("Line 3:<aws_secret_access_key QXZsecret> in file /f is none."));

        Assert.DoesNotContain("QXZ", error!.ToString(), StringComparison.Ordinal);
        Assert.Contains("Line 3 in file /f", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_says_itself_what_it_is_stays_as_it_is()
    {
        Assert.Null(AwsAccess.Translate(new InstanceException(InstanceErrorKind.Transient, "NoAnswer", "The sentence.")));
        Assert.Null(AwsAccess.Translate(new RollingUpdateException(FailureReason.PreflightRefused, "The sentence.")));
        Assert.Null(AwsAccess.Translate(new OperationCanceledException()));
    }
}
