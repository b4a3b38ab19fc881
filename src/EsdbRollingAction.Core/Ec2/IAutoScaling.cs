namespace EsdbRollingAction.Core.Ec2;

/// <summary>What Auto Scaling would do to instances that are stopped.</summary>
public interface IAutoScaling
{
    /// <summary>Asks about instances that carry the tag of a group.</summary>
    /// <returns>For every instance: its place in the group, or why that is not known.</returns>
    Task<IReadOnlyDictionary<string, AwsAnswer<AutoScalingMember>>> AskAsync(
        IReadOnlyList<Instance> instances, CancellationToken cancellationToken);
}
