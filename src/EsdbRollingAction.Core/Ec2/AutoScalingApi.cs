using System.Xml;
using Amazon.Runtime;

namespace EsdbRollingAction.Core.Ec2;

/// <summary>
/// Two questions to Auto Scaling (version 2011-01-01), asked only when an instance carries the tag of a group. For so little the
/// service's own SDK would be a large part of the program.
/// </summary>
internal sealed class AutoScalingApi(QueryApi api, TimeProvider time) : IAutoScaling
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(6);

    public async Task<IReadOnlyDictionary<string, AwsAnswer<AutoScalingMember>>> AskAsync(
        IReadOnlyList<Instance> instances, CancellationToken cancellationToken)
    {
        if (instances.Count == 0)
        {
            return new Dictionary<string, AwsAnswer<AutoScalingMember>>();
        }

        string why;
        try
        {
            return await LookAsync(instances, cancellationToken).WaitAsync(Patience, time, cancellationToken);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            why = "Auto Scaling did not answer in time";
        }
        catch (AmazonServiceException refusal)
        {
            why = $"Auto Scaling could not be asked (it answered {refusal.ErrorCode ?? $"HTTP {(int)refusal.StatusCode}"})";
        }
        catch (Exception e) when (e is HttpRequestException or IOException or XmlException or AmazonClientException)
        {
            why = $"Auto Scaling could not be asked ({Sentence.Clause(AwsConnection.Describe(e))})";
        }

        return instances.ToDictionary(instance => instance.Id, _ => AwsAnswer.Not<AutoScalingMember>(why));
    }

    private async Task<Dictionary<string, AwsAnswer<AutoScalingMember>>> LookAsync(
        IReadOnlyList<Instance> instances, CancellationToken cancellationToken)
    {
        var ids = instances.Select(instance => instance.Id);
        var names = instances.Select(instance => instance.Details.AutoScalingGroup).OfType<string>().Distinct();
        var members = await api.AskAsync("DescribeAutoScalingInstances", QueryApi.List("InstanceIds", ids), cancellationToken);
        var groups = await api.AskAsync("DescribeAutoScalingGroups", QueryApi.List("AutoScalingGroupNames", names), cancellationToken);
        return instances.ToDictionary(instance => instance.Id, instance => MemberOf(instance.Id, members, groups));
    }

    private static AwsAnswer<AutoScalingMember> MemberOf(string instanceId, QueryAnswer members, QueryAnswer groups)
    {
        var member = members.Entries.FirstOrDefault(one => one["InstanceId"] == instanceId);
        var group = groups.Entries.FirstOrDefault(one => one["AutoScalingGroupName"] == member?["AutoScalingGroupName"]);
        return group is null || member?["LifecycleState"] is not { } state
            ? AwsAnswer.Not<AutoScalingMember>("Auto Scaling does not list it")
            : AwsAnswer.As(new AutoScalingMember(state, [.. group.All("ProcessName")]));
    }
}
