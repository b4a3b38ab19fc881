using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Core.Rolling;

/// <summary>
/// How often what is awaited is looked at. How long a stop, a boot, or catching up took on the nodes before says when the next one is
/// due: far from that moment it is looked at rarely, near it often.
/// </summary>
internal static class ProbeSchedule
{
    /// <summary>How soon a look follows that is to confirm another, or at what may be there any moment.</summary>
    public static readonly TimeSpan Soonest = TimeSpan.FromMilliseconds(100);

    /// <summary>However long an iteration is, the lease is renewed in time.</summary>
    private static readonly TimeSpan Latest = TimeSpan.FromSeconds(5);

    /// <summary>While nothing is known of how long it takes; the more the longer it does.</summary>
    private static readonly TimeSpan OfTheFirst = TimeSpan.FromSeconds(1);
    private const double PartOfWhatHasPassed = 0.03;

    /// <summary>The nodes before were seen to be through a little after they were.</summary>
    private const double PartOfTheUsual = 0.95;
    private const double PartOfWhatIsLeft = 0.5;
    private const double PartOfBeingLate = 0.15;

    /// <summary>How long until the next look at a node that is in a phase of its own length.</summary>
    public static TimeSpan Next(NodeUpdate node, ClusterUpdate state, DateTimeOffset now)
    {
        var passed = now - (node.PhaseSince ?? now);
        var left = (Usual(node.Phase, state) * PartOfTheUsual) - passed;
        return Within(left switch
        {
            null => OfTheFirst + (passed * PartOfWhatHasPassed),
            { Ticks: < 0 } late => -late * PartOfBeingLate,
            { } early => early * PartOfWhatIsLeft,
        });
    }

    /// <summary>The wait, neither shorter nor longer than a wait may be.</summary>
    public static TimeSpan Within(TimeSpan wait) => TimeSpan.FromTicks(Math.Clamp(wait.Ticks, Soonest.Ticks, Latest.Ticks));

    /// <summary>The shortest that the phase took on the nodes that are done; null while none is.</summary>
    private static TimeSpan? Usual(NodePhase phase, ClusterUpdate state) => state.EventStoreNodeUpdates
        .Where(node => node.NodeUpdateStatus is UpdateStatus.Success)
        .SelectMany(node => node.Phases)
        .Where(span => span.Phase == phase.ToString())
        .Min(span => span.Until - span.Since);
}
