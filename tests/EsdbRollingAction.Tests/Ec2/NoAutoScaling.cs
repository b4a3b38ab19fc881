using EsdbRollingAction.Core.Ec2;

namespace EsdbRollingAction.Tests.Ec2;

/// <summary>For instances of which none is in a group: nobody is asked.</summary>
internal sealed class NoAutoScaling : IAutoScaling
{
    public Task<IReadOnlyDictionary<string, AwsAnswer<AutoScalingMember>>> AskAsync(
        IReadOnlyList<Instance> instances, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyDictionary<string, AwsAnswer<AutoScalingMember>>>(
            instances.ToDictionary(instance => instance.Id, _ => AwsAnswer.Not<AutoScalingMember>("nobody is asked")));
}
