using EsdbRollingAction.Sandbox.Measures;
using EsdbRollingAction.Sandbox.Model;

namespace EsdbRollingAction.Sandbox.Refereeing;

/// <summary>
/// Whoever asks a leader of the old version to resign answers for its successor: no upgraded node while another voter of the old version
/// is up that could lead. The last one that is left may hand over to an upgraded one.
/// </summary>
internal sealed class SuccessorRule(ClusterHealth health)
{
    private Node? resigned;
    private List<Node> couldLead = [];

    /// <summary>A leader is about to be asked.</summary>
    public void Look(Act act)
    {
        if (health.IsUpgrade && act.Kind == ActKind.Resign && health.Cluster.Leading is { State: VNodeState.Leader } leader
            && leader.Name == act.Node && health.IsPending(leader))
        {
            resigned = leader;
            couldLead = [.. health.Cluster.Voters.Where(voter => voter != leader && IsOldAndUp(voter))];
        }
    }

    /// <summary>What breaks the rule, or null.</summary>
    public string? Judge()
    {
        if (resigned is not { } before || health.Cluster.Leading is not { State: VNodeState.Leader } leader)
        {
            return null;
        }

        // Where the old one leads it was not heard, or was elected again: whatever comes later is not of this resignation.
        resigned = null;
        return leader != before && !health.IsPending(leader) && couldLead.Find(IsOldAndUp) is { } left
            ? $"{leader.Name} ({leader.RunningVersion}) leads after {before.Name} resigned, and {left.Name} ({left.RunningVersion}) is up"
            : null;
    }

    private bool IsOldAndUp(Node voter) => voter.IsUp && health.IsPending(voter);
}
