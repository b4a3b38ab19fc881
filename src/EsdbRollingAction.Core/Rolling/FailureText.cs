using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Core.Rolling;

/// <summary>What is said of a node that failed or rolls back: what happened, how it is left, and what helps.</summary>
internal static class FailureText
{
    private const string Raise =
        "Raise max-number-of-iterations-per-node-update (or MaxNumberOfIterationsPerNodeUpdate in the state file) and run again.";

    private static readonly TimeSpan Lately = TimeSpan.FromMinutes(1);

    /// <summary>What led to a rollback that did not work either.</summary>
    public static string AfterRollback(NodeUpdate node) =>
        node.IsRollingBack ? $"{node.RollBackReason} Going back to {node.VersionBefore} did not work either: " : "";

    /// <summary>An instance that is bound to a reservation starts in it or not at all.</summary>
    public static string BoundToReservation(NodeView node, string bound) => Sentence.Join(
        node.Entry.WaitingFor,
        $"{node.InstanceId} is bound to {bound}, which has no room for {node.Type}, however long one waits",
        $"To let it start in any reservation or none: {StartFailure.OpenCommand(node.InstanceId!)}");

    /// <summary>Why a node is not started again.</summary>
    public static string StartUndone(NodeView node)
    {
        var starts = $"{node.InstanceId} of {node.Name} was started {node.Entry.StartRequests} times and was off again each time";
        return node.Instance?.StateReason switch
        {
            null => $"{starts}; EC2 gives no reason.",
            var reason when StartFailure.MayBeTheChange(reason) => $"{starts}. {StartFailure.Explain(reason)}",
            var reason => $"{starts}. {StartFailure.Explain(reason)} The instance type has nothing to do with it. "
                + $"Then run again, or start it (aws ec2 start-instances --instance-ids {node.InstanceId}).",
        };
    }

    /// <summary>Whether a node that took more iterations than it was given was slow or stuck.</summary>
    public static string IterationsOver(NodeUpdate node, ClusterSnapshot cluster)
    {
        var limit = cluster.State.MaxIterations;
        var given = node.IsRollingBack
            ? $"the {Limits.LimitOf(node, cluster.State) - limit} iterations that it is given for going back"
            : $"its {limit} iterations";
        var waited = node.WaitingFor is null ? "." : $": {node.WaitingFor}.";
        var what = $"{node.NodeName} took more than {given}, last in phase {node.NodeUpdateStatusDetail}{waited}";
        return (node.Phase, node.CheckpointAdvancedAt) switch
        {
            (not NodePhase.CatchingUp, _) => $"{what} {Raise}",
            (_, null) => $"{what} Its checkpoint has not advanced: it is stuck.",
            (_, { } advanced) when Timings.IsRecent(advanced, Lately, cluster.At) =>
                $"{what} Its checkpoint was still advancing: it is slow, not stuck. {Raise}",
            (_, { } advanced) => $"{what} Its checkpoint has not advanced since {advanced:HH:mm:ss}Z: it is stuck.",
        };
    }

    /// <summary>How a node is left, so that nobody has to look it up at night; without what was told of it already.</summary>
    public static string HowItIsLeft(NodeView node, string? told = null)
    {
        var what = $"{node.InstanceId} of {node.Name}";
        var wasStarted = node.Entry is { StartRequestedAt: not null, StartRequests: > 0 };
        var how = node switch
        {
            { Instance: null } => $"EC2 does not show {what} now.",
            { Instance: { IsGoing: true, State: var gone } } => $"{what} is {gone}: it cannot be started any more.",
            { Instance.State: InstanceState.Pending, Entry.LastStartTried: true } => $"{what} was asked to start.",
            { Instance: { State: InstanceState.Stopped, StateReason: { } reason } }
                when wasStarted && StartFailure.Explain(reason) is var why && !IsTold(why) =>
                $"{what} was started and is Stopped again with type {node.Type}. {why}",
            { Instance.State: InstanceState.Stopped, Entry.WaitingFor: { } why } when !wasStarted && !IsTold(why) =>
                $"{what} is Stopped with type {node.Type}: {Sentence.Ended(why)}",
            { Instance.State: InstanceState.Running, Answers: false } =>
                $"{what} is Running with type {node.Type}, and the database does not answer.",
            { Instance.State: var state } => $"{what} is {state} with type {node.Type}.",
        };
        return IsTold(how) ? "" : how;

        bool IsTold(string why) => told?.Contains(why, StringComparison.Ordinal) is true;
    }
}
