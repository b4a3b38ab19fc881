using Amazon.EC2.Model;

namespace EsdbRollingAction.Core.Ec2;

/// <summary>EC2 through the AWS SDK.</summary>
/// <param name="ec2">How EC2 is asked.</param>
/// <param name="policy">Whether the roll holds capacity, so that it is tried whether it may.</param>
public sealed class Ec2Instances(Ec2Calls ec2, CapacityPolicy policy = CapacityPolicy.Off) : IInstances
{
    // EC2 allows 1000; an instance is some kilobytes of XML, and memory is held for one page at a time.
    private const int InstancesPerPage = 200;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Instance>> FindAsync(IReadOnlyList<InstanceFilter> filters, CancellationToken cancellationToken)
    {
        var request = new DescribeInstancesRequest { Filters = [.. filters.Select(ToFilter)], MaxResults = InstancesPerPage };
        var instances = await ReadAsync(request, "find the cluster's instances", cancellationToken);
        return [.. instances.Where(instance => !instance.IsGoing)];
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
    public Task StopAsync(string id, CancellationToken cancellationToken) => ec2.AskAsync(
        $"stop {id}", new StopInstancesRequest { InstanceIds = [id] }, ec2.Once.StopInstancesAsync, cancellationToken);

    /// <inheritdoc/>
    public Task RebootAsync(string id, CancellationToken cancellationToken) => ec2.AskAsync(
        $"reboot {id}", new RebootInstancesRequest { InstanceIds = [id] }, ec2.Once.RebootInstancesAsync, cancellationToken);

    /// <inheritdoc/>
    public Task SetTypeAsync(string id, string type, CancellationToken cancellationToken) => ec2.AskAsync(
        $"change the type of {id} to {type}",
        new ModifyInstanceAttributeRequest { InstanceId = id, InstanceType = type },
        ec2.Client.ModifyInstanceAttributeAsync,
        cancellationToken);

    /// <inheritdoc/>
    public Task SetCpuOptionsAsync(string id, CpuLayout options, CancellationToken cancellationToken) => ec2.AskAsync(
        $"give {id} its CPU options back ({options})",
        new ModifyInstanceCpuOptionsRequest { InstanceId = id, CoreCount = options.Cores, ThreadsPerCore = options.ThreadsPerCore },
        ec2.Client.ModifyInstanceCpuOptionsAsync,
        cancellationToken);

    /// <inheritdoc/>
    public Task StartAsync(string id, CancellationToken cancellationToken) => ec2.AskAsync(
        $"start {id}", new StartInstancesRequest { InstanceIds = [id] }, ec2.Client.StartInstancesAsync, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Check>> TryPermissionsAsync(
        IReadOnlyList<Instance> running, Func<Instance, string> targetOf, PlannedCalls calls, CancellationToken cancellationToken) =>
        new Ec2DryRun(ec2, calls, policy).TryAsync(running, targetOf, cancellationToken);

    private Task<List<Instance>> ReadAsync(DescribeInstancesRequest describe, string sentence, CancellationToken cancellationToken) =>
        Pages.ReadAsync(
            page =>
            {
                describe.NextToken = page;
                return ec2.AskAsync(sentence, describe, ec2.Client.DescribeInstancesAsync, cancellationToken);
            },
            answer => (
                from reservation in answer.Reservations ?? []
                from instance in reservation.Instances ?? []
                select InstanceMapping.Map(instance, reservation.OwnerId),
                answer.NextToken));

    private static Filter ToFilter(InstanceFilter filter) => new(filter.Name, [.. filter.Values]);
}
