using Amazon.EC2;
using Amazon.EC2.Model;
using Amazon.Runtime;

namespace EsdbRollingAction.Core.Instances;

/// <summary>EC2 through the AWS SDK.</summary>
/// <param name="ec2">The client, which stays its owner's to dispose of; <see cref="Ec2Client"/> builds one that waits out throttling.</param>
public sealed class Ec2Instances(IAmazonEC2 ec2) : IInstances
{
    // EC2 allows 1000; an instance is some kilobytes of XML, and memory is held for one page at a time.
    private const int InstancesPerPage = 200;

    private bool wasAccepted;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Instance>> FindAsync(IReadOnlyList<InstanceFilter> filters, CancellationToken cancellationToken)
    {
        var request = new DescribeInstancesRequest { Filters = [.. filters.Select(ToFilter)], MaxResults = InstancesPerPage };
        var instances = await ReadAsync(request, "find the cluster's instances", cancellationToken);
        return [.. instances.Where(instance => instance.State is not InstanceState.Terminated)];
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Instance>> DescribeAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken)
    {
        if (ids.Count == 0)
        {
            return [];
        }

        // A filter, not InstanceIds: one id that is not known (yet) would fail the call for all of them.
        var request = new DescribeInstancesRequest { Filters = [new Filter("instance-id", [.. ids])] };
        return await ReadAsync(request, $"look at {string.Join(", ", ids)}", cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<bool> TypeExistsAsync(string type, CancellationToken cancellationToken)
    {
        try
        {
            var response = await AskSignedAsync(
                new Ec2Request("DescribeInstanceTypes", $"look up the instance type {type}"),
                () => ec2.DescribeInstanceTypesAsync(new DescribeInstanceTypesRequest { InstanceTypes = [type] }, cancellationToken),
                cancellationToken);
            return response.InstanceTypes is { Count: > 0 };
        }
        catch (InstanceException e) when (e.Code is "InvalidInstanceType" or "InvalidParameterValue")
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public Task StopAsync(string id, CancellationToken cancellationToken) => AskSignedAsync(
        new Ec2Request("StopInstances", $"stop {id}"),
        () => ec2.StopInstancesAsync(new StopInstancesRequest { InstanceIds = [id] }, cancellationToken),
        cancellationToken);

    /// <inheritdoc/>
    public Task SetTypeAsync(string id, string type, CancellationToken cancellationToken) => AskSignedAsync(
        new Ec2Request("ModifyInstanceAttribute", $"change the type of {id} to {type}"),
        () => ec2.ModifyInstanceAttributeAsync(
            new ModifyInstanceAttributeRequest { InstanceId = id, InstanceType = type }, cancellationToken),
        cancellationToken);

    /// <inheritdoc/>
    public Task StartAsync(string id, CancellationToken cancellationToken) => AskSignedAsync(
        new Ec2Request("StartInstances", $"start {id}"),
        () => ec2.StartInstancesAsync(new StartInstancesRequest { InstanceIds = [id] }, cancellationToken),
        cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Verdict>> TryPermissionsAsync(IReadOnlyList<Instance> running, CancellationToken cancellationToken) =>
        new Ec2DryRun(ec2).TryAsync(running, cancellationToken);

    private async Task<List<Instance>> ReadAsync(DescribeInstancesRequest request, string sentence, CancellationToken cancellationToken)
    {
        var instances = new List<Instance>();
        do
        {
            var page = await AskSignedAsync(
                new Ec2Request("DescribeInstances", sentence),
                () => ec2.DescribeInstancesAsync(request, cancellationToken),
                cancellationToken);
            foreach (var reservation in page.Reservations ?? [])
            {
                instances.AddRange((reservation.Instances ?? []).Select(InstanceMapping.Map));
            }

            request.NextToken = page.NextToken;
        }
        while (!string.IsNullOrEmpty(request.NextToken));

        return instances;
    }

    /// <summary>Keys that EC2 accepted before and does not now have expired or were withdrawn: with new ones the update goes on.</summary>
    private async Task<T> AskSignedAsync<T>(Ec2Request request, Func<Task<T>> ask, CancellationToken cancellationToken)
        where T : AmazonWebServiceResponse
    {
        try
        {
            var response = await AskAsync(request, ask, cancellationToken);
            wasAccepted = true;
            return response;
        }
        catch (InstanceException e) when (wasAccepted && e.Kind is InstanceErrorKind.CredentialsMissing)
        {
            throw new InstanceException(
                InstanceErrorKind.CredentialsExpired, e.Code, $"{e.Message} Those that worked before have expired or were withdrawn.", e);
        }
    }

    internal static async Task<T> AskAsync<T>(Ec2Request request, Func<Task<T>> ask, CancellationToken cancellationToken)
        where T : AmazonWebServiceResponse
    {
        try
        {
            var response = await ask();
            return Ec2Errors.NotFromEc2(response, request) is { } error ? throw error : response;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception e) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException($"Cancelled while asked to {request.Sentence}.", e, cancellationToken);
        }
        catch (Exception e) when (Ec2Errors.Translate(e, request) is { } translated)
        {
            throw translated;
        }
    }

    private static Filter ToFilter(InstanceFilter filter) => new(filter.Name, [.. filter.Values]);
}
