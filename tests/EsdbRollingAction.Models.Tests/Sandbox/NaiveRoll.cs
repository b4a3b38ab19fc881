using System.Net;
using Amazon.EC2;
using Amazon.EC2.Model;
using Amazon.Runtime;

namespace EsdbRollingAction.Models.Tests.Sandbox;

/// <summary>The roll that must not be: the next node as soon as <c>/health/live</c> says 204, in any order.</summary>
internal sealed class NaiveRoll(EsdbRollingAction.Sandbox.Sandbox sandbox, string targetType) : IDisposable
{
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(100);
    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(1) };
    private readonly AmazonEC2Client ec2 = new(
        new BasicAWSCredentials("any", "any"),
        new AmazonEC2Config { ServiceURL = sandbox.Ec2Url.ToString(), AuthenticationRegion = "eu-west-1" });

    public void Dispose()
    {
        http.Dispose();
        ec2.Dispose();
    }

    public async Task RollAsync(CancellationToken cancellationToken)
    {
        var found = await ec2.DescribeInstancesAsync(new DescribeInstancesRequest(), cancellationToken);
        foreach (var instance in found.Reservations.SelectMany(reservation => reservation.Instances))
        {
            await ChangeAsync(instance, cancellationToken);
        }
    }

    private async Task ChangeAsync(Instance instance, CancellationToken cancellationToken)
    {
        await ec2.StopInstancesAsync(new StopInstancesRequest([instance.InstanceId]), cancellationToken);
        await UntilAsync(async () => await StateAsync(instance.InstanceId, cancellationToken) == InstanceStateName.Stopped, cancellationToken);
        var change = new ModifyInstanceAttributeRequest { InstanceId = instance.InstanceId, InstanceType = targetType };
        await ec2.ModifyInstanceAttributeAsync(change, cancellationToken);
        await ec2.StartInstancesAsync(new StartInstancesRequest([instance.InstanceId]), cancellationToken);
        await UntilAsync(() => IsLiveAsync(instance.PrivateIpAddress, cancellationToken), cancellationToken);
    }

    private async Task<InstanceStateName> StateAsync(string id, CancellationToken cancellationToken)
    {
        var answer = await ec2.DescribeInstancesAsync(new DescribeInstancesRequest { InstanceIds = [id] }, cancellationToken);
        return answer.Reservations.Single().Instances.Single().State.Name;
    }

    private async Task<bool> IsLiveAsync(string address, CancellationToken cancellationToken)
    {
        try
        {
            var node = sandbox.NodeUrls.Single(url => url.Host == address);
            using var answer = await http.GetAsync(new Uri(node, "/health/live"), cancellationToken);
            return answer.StatusCode == HttpStatusCode.NoContent;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static async Task UntilAsync(Func<Task<bool>> isSo, CancellationToken cancellationToken)
    {
        while (!await isSo())
        {
            await Task.Delay(Glance, TimeProvider.System, cancellationToken);
        }
    }
}
