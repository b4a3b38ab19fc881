using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.Lease;
using EsdbRollingAction.Core.Planning;

namespace EsdbRollingAction.Core.Status;

/// <summary>What was seen of a cluster that is only looked at. What could not be seen says why.</summary>
/// <param name="Update">The state of an update that was found.</param>
internal sealed record StatusFacts(FoundUpdate Update)
{
    /// <summary>What the nodes said first; null when none answers.</summary>
    public FirstLook? First { get; init; }

    /// <summary>The last look at them; null when none answers.</summary>
    public ClusterView? Cluster { get; init; }

    /// <summary>Why no node answers, or null.</summary>
    public RollingUpdateException? Unreachable { get; init; }

    /// <summary>The instance of each node; where no node answers, those at the addresses of the connection string.</summary>
    public NodeMatches? Matches { get; init; }

    /// <summary>Why EC2 did not show the instances, or null.</summary>
    public InstanceException? InstancesProblem { get; init; }

    /// <summary>The lease of a run that renews it, or null.</summary>
    public LeaseTag? Living { get; init; }

    /// <summary>Leases whose owners do not renew them.</summary>
    public IReadOnlyList<LeaseTag> LeftLeases { get; init; } = [];

    /// <summary>The capacity that is held for the instances.</summary>
    public AwsAnswer<IReadOnlyList<CapacityReservation>> Held { get; init; } =
        AwsAnswer.Not<IReadOnlyList<CapacityReservation>>(Row.NotByEc2);

    /// <summary>What EC2 has scheduled for them.</summary>
    public AwsAnswer<IReadOnlyList<ScheduledEvent>> Events { get; init; } =
        AwsAnswer.Not<IReadOnlyList<ScheduledEvent>>(Row.NotByEc2);
}
