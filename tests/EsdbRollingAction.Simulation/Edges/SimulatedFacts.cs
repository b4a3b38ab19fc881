using EsdbRollingAction.Core.Ec2;

namespace EsdbRollingAction.Simulation.Edges;

/// <summary>What only checks need: nothing that stands in the way, or nothing at all, as where an IAM policy is narrow.</summary>
internal sealed class SimulatedFacts(bool areTold) : IInstanceFacts
{
    public Task<InstanceFacts> AskAsync(IReadOnlyList<Instance> instances, IReadOnlyCollection<string> targetTypes, CancellationToken cancellationToken) => Task.FromResult(new InstanceFacts
    {
        Types = areTold
            ? AwsAnswer.As<IReadOnlyDictionary<string, InstanceTypeDetails>>(
                instances.Select(instance => instance.Type).Concat(targetTypes).Distinct().ToDictionary(type => type, type => new InstanceTypeDetails(type)))
            : AwsAnswer.Not<IReadOnlyDictionary<string, InstanceTypeDetails>>("not allowed"),
        Offerings = AwsAnswer.Not<IReadOnlySet<(string Type, string Zone)>>("not allowed"),
        StopProtection = new Dictionary<string, AwsAnswer<bool>>(),
        AutoScaling = new Dictionary<string, AwsAnswer<AutoScalingMember>>(),
    });

    public Task<AwsAnswer<IReadOnlyList<ScheduledEvent>>> EventsAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken) =>
        Task.FromResult(AwsAnswer.Not<IReadOnlyList<ScheduledEvent>>("not allowed"));
}
