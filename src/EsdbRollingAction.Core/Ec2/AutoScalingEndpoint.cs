using Amazon;
using Amazon.EC2;
using Amazon.Runtime;

namespace EsdbRollingAction.Core.Ec2;

/// <summary>Where Auto Scaling answers, and who asks: found out only when it is asked.</summary>
internal sealed record AutoScalingEndpoint(Uri Address, string Region, AWSCredentials Credentials)
{
    public static AutoScalingEndpoint? Find(AmazonEC2Config ec2, AWSCredentials credentials, Func<string, string?> environment)
    {
        var region = ec2.RegionEndpoint ?? RegionEndpoint.GetBySystemName(ec2.AuthenticationRegion ?? "us-east-1");
        var address = environment("AWS_ENDPOINT_URL_AUTO_SCALING")
            ?? environment("AWS_ENDPOINT_URL")
            ?? $"https://autoscaling.{region.SystemName}.{region.PartitionDnsSuffix}";
        return Uri.TryCreate(address, UriKind.Absolute, out var uri)
            ? new AutoScalingEndpoint(new Uri(uri, "/"), region.SystemName, credentials)
            : null;
    }
}
