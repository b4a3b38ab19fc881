using System.Net;
using System.Net.Sockets;
using Amazon.EC2;

namespace EsdbRollingAction.Core.Aws;

/// <summary>Where AWS is asked, checked before anybody is.</summary>
internal static class AwsEndpoints
{
    private static readonly string[] Variables =
    [
        "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_EC2", "AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL_AUTO_SCALING", "AWS_ENDPOINT_URL_SSM",
        "AWS_ENDPOINT_URL_CLOUDWATCH",
    ];

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static void Check(Func<string, string?> variable)
    {
        foreach (var name in Variables)
        {
            if (variable(name) is { Length: > 0 } text && !IsAddress(text))
            {
                throw RollingUpdateException.InvalidInput(
                    $"The variable {name} is not an address such as https://ec2.eu-west-1.amazonaws.com.");
            }
        }
    }

    /// <summary>A region that the SDK does not know may be newer than it, or misspelt: then its EC2 has no address.</summary>
    public static async Task CheckRegionAsync(
        AmazonEC2Config configuration, Func<string, CancellationToken, Task<IPAddress[]>> resolve, CancellationToken cancellationToken)
    {
        if (!string.IsNullOrEmpty(configuration.ServiceURL) || configuration.RegionEndpoint is not { } region || AwsRegion.IsKnown(region))
        {
            return;
        }

        var host = $"ec2.{region.SystemName}.{region.PartitionDnsSuffix}";
        var isBehindProxy = HttpClient.DefaultProxy.GetProxy(new Uri($"https://{host}")) is not null;
        try
        {
            if (isBehindProxy || (await resolve(host, cancellationToken).WaitAsync(Patience, cancellationToken)).Length > 0)
            {
                return;
            }
        }
        catch (Exception e) when (e is SocketException or TimeoutException)
        {
            // There is no such host.
        }

        throw RollingUpdateException.InvalidInput(
            $"The AWS region '{region.SystemName}' is not one that this program knows, and its EC2 endpoint {host} is not found:"
            + " is it misspelt?");
    }

    private static bool IsAddress(string text) =>
        Uri.TryCreate(text.Trim(), UriKind.Absolute, out var address) && address.Scheme is ("http" or "https");
}
