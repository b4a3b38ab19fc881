using Amazon;
using Amazon.Runtime;
using Amazon.SecurityToken;

namespace EsdbRollingAction.Core.Instances;

/// <summary>Builds the STS client.</summary>
internal static class StsClient
{
    /// <param name="region">As for <see cref="Ec2Client.Create"/>; <c>AWS_ENDPOINT_URL_STS</c> and <c>AWS_ENDPOINT_URL</c> are honoured.</param>
    /// <param name="credentials">Who asks; nobody, where a web identity token is what STS is shown.</param>
    /// <exception cref="InstanceException">No region is configured.</exception>
    public static IAmazonSecurityTokenService Create(string? region, AWSCredentials? credentials = null)
    {
        var configuration = new AmazonSecurityTokenServiceConfig
        {
            RetryMode = RequestRetryMode.Standard,
            MaxErrorRetry = 2,
            Timeout = BoundedHttp.Patience,
            HttpClientFactory = new BoundedHttp(),
            DisableLogging = true,
            LogMetrics = false,
            LogResponse = false,
        };
        if (!string.IsNullOrWhiteSpace(region))
        {
            configuration.RegionEndpoint = RegionEndpoint.GetBySystemName(region.Trim());
            configuration.AuthenticationRegion = region.Trim();
        }

        Ec2Client.RequireRegion(configuration);
        return new AmazonSecurityTokenServiceClient(credentials ?? new AnonymousAWSCredentials(), configuration);
    }
}
