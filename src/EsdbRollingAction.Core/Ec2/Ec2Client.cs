using Amazon;
using Amazon.EC2;
using Amazon.Runtime;

namespace EsdbRollingAction.Core.Ec2;

/// <summary>Builds the EC2 client: one for the whole run, so that its connection stays open between calls.</summary>
public static class Ec2Client
{
    /// <summary>Waits up to 1 + 2 + 4 + 8 s. Longer is the caller's to wait: it also watches the nodes meanwhile.</summary>
    internal const int Repeats = 4;

    /// <summary>Builds a client. Nothing is sent yet.</summary>
    /// <param name="region">
    /// Region, such as <c>eu-west-1</c>; null or empty leaves it to the SDK (<c>AWS_REGION</c>, profile, instance metadata).
    /// The SDK honours <c>AWS_ENDPOINT_URL_EC2</c> and <c>AWS_ENDPOINT_URL</c> either way.
    /// </param>
    /// <param name="credentials">Who asks.</param>
    /// <param name="repeats">Whether what EC2 does not answer is sent again.</param>
    /// <exception cref="InstanceException">No region is configured.</exception>
    public static IAmazonEC2 Create(string? region, AWSCredentials credentials, bool repeats = true)
    {
        var configuration = Configuration(region, repeats);
        RequireRegion(configuration);
        return new AmazonEC2Client(credentials, configuration);
    }

    /// <exception cref="InstanceException">No region is configured.</exception>
    internal static void RequireRegion(ClientConfig configuration)
    {
        if (configuration.RegionEndpoint is null && string.IsNullOrEmpty(configuration.ServiceURL))
        {
            throw new InstanceException(
                InstanceErrorKind.CredentialsMissing,
                "NoRegion",
                "No AWS region is configured: set the input aws-region or the variable AWS_REGION.");
        }
    }

    /// <summary>How EC2 is asked: attempts of at most 10 s, repeated for about 15 s of throttling, nothing logged or measured.</summary>
    /// <param name="region">Region, or null or empty for the SDK's own resolution.</param>
    /// <param name="repeats">Whether what EC2 does not answer is sent again.</param>
    public static AmazonEC2Config Configuration(string? region, bool repeats = true) =>
        Configured(new AmazonEC2Config { MaxErrorRetry = Repeats }, region, repeats);

    /// <summary>What holds for every service.</summary>
    internal static T Configured<T>(T configuration, string? region, bool repeats = true)
        where T : ClientConfig
    {
        // Adaptive would also hold back first attempts after a throttled one; at one request a second that only delays.
        configuration.RetryMode = RequestRetryMode.Standard;
        configuration.Timeout = BoundedHttp.Patience;
        configuration.HttpClientFactory = new BoundedHttp();
        configuration.DisableLogging = true;
        configuration.LogMetrics = false;
        configuration.LogResponse = false;
        if (!string.IsNullOrWhiteSpace(region))
        {
            configuration.RegionEndpoint = RegionEndpoint.GetBySystemName(region.Trim());

            // With an endpoint from the environment the SDK forgets the region it should sign for.
            configuration.AuthenticationRegion = region.Trim();
        }

        if (!repeats)
        {
            // Beside its retries the SDK sends a request again, ten times, when the connection is reset or closed.
            configuration.MaxErrorRetry = 0;
            configuration.MaxStaleConnectionRetries = 0;
        }

        return configuration;
    }
}
