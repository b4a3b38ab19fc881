namespace EsdbRollingAction.Core.Ec2;

/// <summary>
/// Two questions to Auto Scaling (version 2011-01-01), asked only when an instance carries the tag of a group. For so little the
/// service's own SDK would be a large part of the program.
/// </summary>
internal sealed class AutoScalingApi(QueryApi api) : AwsCalls(QueryService.AutoScaling.Name, "autoscaling"), IAutoScaling
{
    public async Task<IReadOnlyDictionary<string, AwsAnswer<AutoScalingMember>>> AskAsync(
        IReadOnlyList<Instance> instances, CancellationToken cancellationToken)
    {
        if (instances.Count == 0)
        {
            return new Dictionary<string, AwsAnswer<AutoScalingMember>>();
        }

        try
        {
            return await LookAsync(instances, cancellationToken);
        }
        catch (InstanceException refusal)
        {
            // Refused credentials too: EC2 has accepted them, and nothing but this one check needs Auto Scaling.
            var why = Sentence.Clause(refusal.Message);
            return instances.ToDictionary(instance => instance.Id, _ => AwsAnswer.Not<AutoScalingMember>(why));
        }
    }

    private async Task<Dictionary<string, AwsAnswer<AutoScalingMember>>> LookAsync(
        IReadOnlyList<Instance> instances, CancellationToken cancellationToken)
    {
        var ids = instances.Select(instance => instance.Id);
        var names = instances.Select(instance => instance.Details.AutoScalingGroup).OfType<string>().Distinct();
        var members = await AskAsync("DescribeAutoScalingInstances", QueryApi.List("InstanceIds", ids), cancellationToken);
        var groups = await AskAsync("DescribeAutoScalingGroups", QueryApi.List("AutoScalingGroupNames", names), cancellationToken);
        return instances.ToDictionary(instance => instance.Id, instance => MemberOf(instance.Id, members, groups));
    }

    private Task<QueryAnswer> AskAsync(
        string operation, IEnumerable<(string Name, string Value)> fields, CancellationToken cancellationToken) =>
        AskAsync(
            Request(operation, "look at the Auto Scaling groups of the instances"),
            () => api.AskAsync(operation, fields, cancellationToken),
            cancellationToken);

    private static AwsAnswer<AutoScalingMember> MemberOf(string instanceId, QueryAnswer members, QueryAnswer groups)
    {
        var member = members.Entries.FirstOrDefault(one => one["InstanceId"] == instanceId);
        var group = groups.Entries.FirstOrDefault(one => one["AutoScalingGroupName"] == member?["AutoScalingGroupName"]);
        return group is null || member?["LifecycleState"] is not { } state
            ? AwsAnswer.Not<AutoScalingMember>("Auto Scaling does not list it")
            : AwsAnswer.As(new AutoScalingMember(state, [.. group.All("ProcessName")]));
    }
}
