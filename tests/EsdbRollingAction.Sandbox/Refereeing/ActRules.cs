using EsdbRollingAction.Sandbox.Measures;
using EsdbRollingAction.Sandbox.Model;

namespace EsdbRollingAction.Sandbox.Refereeing;

/// <summary>Rules about one act, judged by the world as it is right before it.</summary>
/// <remarks>Taking a node down is one thing, whether its instance is stopped or rebooted, or runs a command.</remarks>
internal sealed class ActRules(ClusterHealth health, Knowledge knowledge)
{
    /// <summary>Each broken rule: its name and what breaks it.</summary>
    public IEnumerable<(string Rule, string What)> Judge(Act act)
    {
        if (act.Kind is ActKind.Tag or ActKind.Untag or ActKind.Reserve or ActKind.Release)
        {
            return [];
        }

        var node = health.Cluster.Find(act.Node);
        return act.Kind switch
        {
            ActKind.Command => JudgeCommand(act, node),
            ActKind.Stop or ActKind.Reboot when health.IsRunning(node) && !FollowsCommand(node) => JudgeStop(node),
            ActKind.ChangeType when health.InstanceOf(node).State is Ec2State.Running or Ec2State.Pending =>
                [("type-changed-while-running", $"{node.Name} is {health.InstanceOf(node).State}")],
            ActKind.Resign => JudgeResign(node),
            _ => [],
        };
    }

    private IEnumerable<(string Rule, string What)> JudgeCommand(Act act, Node node)
    {
        if (!act.IsOther && health.Ssm.MayHaveBegun(node.Name))
        {
            yield return ("command-sent-twice", $"{node.Name} may have begun with it before");
        }

        if (act.IsOther && node is { IsUp: true, IsHealthy: true } && !health.Ssm.HasFailed(node.Name)
            && !health.HasMissedItsVersion(node))
        {
            yield return ("command-on-a-healthy-node", $"{node.Name} is {node.State}, and its command has not failed");
        }

        foreach (var broken in health.IsRunning(node) && node.IsUp ? JudgeStop(node) : [])
        {
            yield return broken;
        }
    }

    /// <summary>The reboot after a command: the command has taken the node down before.</summary>
    private bool FollowsCommand(Node node) => health.Ssm.AwaitsReboot(node.Name) && !health.HasData(node);

    private IEnumerable<(string Rule, string What)> JudgeStop(Node node)
    {
        if (knowledge.IsLeading(node))
        {
            yield return ("leader-stopped", $"{node.Name} is {node.State}");
        }

        if (knowledge.IsDone(node))
        {
            yield return ("stopped-without-need", $"{node.Name} is already changed and level");
        }

        foreach (var broken in health.Nodes.Where(other => other != node).SelectMany(other => JudgeOther(node, other)))
        {
            yield return broken;
        }
    }

    /// <summary>
    /// Nobody has to ask whether a command of one's own that has not ended is under way: it may have been sent in the same breath.
    /// </summary>
    private IEnumerable<(string Rule, string What)> JudgeOther(Node node, Node other)
    {
        if ((knowledge.IsNotLevel(other) || health.Ssm.IsUnderWay(other.Name)) && !IsNoReasonToWait(node, other))
        {
            yield return health.IsRunning(other) && other.IsUp && !health.IsToGoDown(other)
                ? ("stopped-while-another-is-not-level", $"{node.Name} stopped while {other.Name} is {other.State}, {health.Cluster.BytesBehind(other)} bytes behind")
                : (other.IsReadOnlyReplica || node.IsReadOnlyReplica ? "second-node-down" : "second-voter-down", $"{node.Name} stopped while {other.Name} is down");
        }

        if (!node.IsReadOnlyReplica && other.IsReadOnlyReplica && health.IsPending(other))
        {
            yield return ("order", $"{node.Name} stopped before the read-only replica {other.Name} was changed");
        }
    }

    /// <summary>A read-only replica that crashed by itself holds no voter back: nothing is lost without it.</summary>
    private static bool IsNoReasonToWait(Node node, Node other) => !node.IsReadOnlyReplica && other is { IsReadOnlyReplica: true, WasDisturbed: true };

    private IEnumerable<(string Rule, string What)> JudgeResign(Node node) =>
        from other in health.Nodes
        where node == health.Cluster.Leading && other != node && health.IsPending(other)
        select ("order", $"{node.Name} asked to resign before {other.Name} was changed");
}
