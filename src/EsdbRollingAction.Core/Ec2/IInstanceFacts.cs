namespace EsdbRollingAction.Core.Ec2;

/// <summary>What is asked of EC2 for the checks before the first act only. It may be denied, unknown, or half an answer.</summary>
public interface IInstanceFacts
{
    /// <summary>Asks about these instances and instance types.</summary>
    /// <exception cref="InstanceException">The credentials have expired or there are none: nothing more can be asked.</exception>
    Task<InstanceFacts> AskAsync(
        IReadOnlyList<Instance> instances, IReadOnlyCollection<string> targetTypes, CancellationToken cancellationToken);

    /// <summary>What EC2 has scheduled for these instances, and nothing else.</summary>
    /// <exception cref="InstanceException">The credentials have expired or there are none.</exception>
    Task<AwsAnswer<IReadOnlyList<ScheduledEvent>>> EventsAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken);
}
