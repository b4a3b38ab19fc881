using Amazon;
using Amazon.EC2;
using Amazon.Runtime;

namespace EsdbRollingAction.Core.Ec2;

/// <summary>Where a service of the query protocol answers, and who asks.</summary>
internal sealed record QueryEndpoint(Uri Address, string Region, AWSCredentials Credentials)
{
    /// <summary>The region's, unless the environment names another, which is an address.</summary>
    public static QueryEndpoint Find(
        QueryService service, AmazonEC2Config ec2, AWSCredentials credentials, Func<string, string?> environment)
    {
        var region = ec2.RegionEndpoint ?? RegionEndpoint.GetBySystemName(ec2.AuthenticationRegion ?? "us-east-1");
        string[] variables = [service.Variable, "AWS_ENDPOINT_URL"];
        var named = variables.Select(environment).FirstOrDefault(text => !string.IsNullOrWhiteSpace(text));
        var address = named?.Trim() ?? $"https://{service.Host}.{region.SystemName}.{region.PartitionDnsSuffix}";
        return new QueryEndpoint(new Uri(new Uri(address), "/"), region.SystemName, credentials);
    }
}
