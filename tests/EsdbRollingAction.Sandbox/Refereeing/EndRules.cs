using EsdbRollingAction.Sandbox.Measures;
using EsdbRollingAction.Sandbox.Model;

namespace EsdbRollingAction.Sandbox.Refereeing;

/// <summary>Rules about what a program leaves behind. A machine that is to reboot, or reboots, is left behind by nobody: it comes back by itself.</summary>
/// <param name="health">The world as it is.</param>
/// <param name="ec2">The machines.</param>
/// <param name="priorities">Priorities that a person gave, where they are not the configured ones.</param>
internal sealed class EndRules(ClusterHealth health, Ec2 ec2, IReadOnlyDictionary<string, int> priorities)
{
    /// <summary>Each broken rule: its name and what breaks it.</summary>
    public IEnumerable<(string Rule, string What)> Judge() => health.Nodes.SelectMany(JudgeNode)
        .Concat(ec2.Reservations
            .Where(reservation => reservation.IsHeld)
            .Select(held => ("capacity-left", $"{held.Id} still holds {held.Request.Type}")))
        .Concat(health.Ssm.Unended.Select(left => ("command-left", $"{left.Command} on {left.Node} is {left.Status}")));

    private IEnumerable<(string Rule, string What)> JudgeNode(Node node)
    {
        var instance = health.InstanceOf(node);
        if (instance.State is Ec2State.Stopped or Ec2State.Stopping)
        {
            yield return ("left-stopped", $"{node.Name} is {instance.State}");
        }

        var priority = priorities.GetValueOrDefault(node.Name, node.ConfiguredPriority);
        if (node.IsUp && node.Priority != priority)
        {
            yield return ("priority-not-restored", $"{node.Name} has {node.Priority}, had {priority}");
        }

        var isDone = !health.IsPending(node) && health.IsRunning(node) && health.IsLevel(node);
        if (isDone && (instance.Tags.ContainsKey(Ec2.LeaseTag) || instance.Tags.ContainsKey(Ec2.RestoreTag)))
        {
            yield return ("tag-left", $"{node.Name} is done and its instance still tagged");
        }
    }
}
