using EsdbRollingAction.Core.Lease;
using EsdbRollingAction.Core.State;
using static EsdbRollingAction.Core.Row;

namespace EsdbRollingAction.Core.Status;

/// <summary>What is to be said of what updates left, and of the one that is under way.</summary>
/// <param name="facts">What was seen.</param>
internal sealed class UpdateChecks(StatusFacts facts)
{
    /// <summary>Said once, of the first thing that tells that an update is unfinished.</summary>
    public const string HowItGoesOn =
        "Run the update again with the same inputs: it goes on from there. Mode recover only starts, as it is, what is off";

    public IEnumerable<Check> All =>
        [.. facts.Matches is null ? Array.Empty<Check>() : [NoRunHoldsTheLease(), NoCapacityIsHeld()], NoUpdateIsUnfinished()];

    /// <summary>A run that ends in order releases its lease.</summary>
    public Check NoRunHoldsTheLease() => (facts.Living, facts.LeftLeases) switch
    {
        ({ } living, _) => Note($"{living.Owner} works on the cluster{Renewed(living)}"),
        (_, [var left, ..]) => Refused($"{left.Owner} ended in the middle of an update: it holds the lease{Renewed(left)} and not since"),
        _ => Passed("no run holds the cluster's lease"),
    };

    /// <summary>It is paid for, and ends by itself.</summary>
    public Check NoCapacityIsHeld()
    {
        var held = facts.Held.Value;
        var names = string.Join(", ", held?.Select(one => $"{one.Id} ({one.InstanceType} for {one.InstanceId})") ?? []);
        return held switch
        {
            null => NotChecked(facts.Held.Problem ?? NotByEc2),
            [] => Passed("no capacity is held"),
            _ when facts.Living is not null => Note($"{names}; the run that holds the lease gives it back"),
            _ => Warning(
                $"{names}; it is paid for, and ends by itself within six hours",
                $"To give it back: aws ec2 cancel-capacity-reservation --capacity-reservation-id {held[0].Id}"),
        };
    }

    /// <summary>The state is what one machine or one run remembers: another run may have finished the update since.</summary>
    public Check NoUpdateIsUnfinished() => facts.Update switch
    {
        { Problem: { } problem } => Refused(problem),
        { State: { StartedAt: not null, ClusterUpdateStatus: not UpdateStatus.Success } state } => Unfinished(state),
        { State: null, Place: var place } => Passed($"no state is at {place}"),
        { Place: var place } => Passed($"the state at {place} is of no unfinished update"),
    };

    private Check Unfinished(ClusterUpdate state)
    {
        var all = state.EventStoreNodeUpdates;
        var done = all.Count(node => node.NodeUpdateStatus is UpdateStatus.Success);
        var (outcome, how) = (facts.Living, state) switch
        {
            ({ }, _) => (CheckOutcome.Note, ""),
            (_, { PausedBecause: not null }) => (CheckOutcome.Note, "; the update has paused as it was asked to, and the next run goes on"),
            (_, { ClusterUpdateStatus: UpdateStatus.Failed }) => (CheckOutcome.Refused, $"; the update has failed{Last(state)}"),
            _ => (CheckOutcome.Refused, $"; the update has not ended{Last(state)}"),
        };
        var what = $"by {facts.Update.Place} {done} of {all.Count} nodes are updated to {state.Target}{how}";
        return new Check(nameof(NoUpdateIsUnfinished), what, outcome);
    }

    private static string Last(ClusterUpdate state) => state.LastIterationAt is { } at ? $", its last iteration was at {at:u}" : "";

    private static string Renewed(LeaseTag lease) => lease.Renewed is { } at ? $", renewed at {at:u}" : "";
}
