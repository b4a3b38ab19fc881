using EsdbRollingAction.Sandbox.Measures;
using EsdbRollingAction.Sandbox.Model;

namespace EsdbRollingAction.Sandbox.Refereeing;

/// <summary>No node that serves is taken down while an alarm is in ALARM, as far as the program could know it.</summary>
internal sealed class AlarmRule(ModelWorld model, ClusterHealth health)
{
    /// <summary>In real time. An answer that is older tells nothing any more.</summary>
    private static readonly TimeSpan LongestBetweenAskingAndActing = TimeSpan.FromSeconds(3);

    /// <summary>What breaks the rule, or null.</summary>
    public string? Judge(Act act)
    {
        var takesDown = act is { Kind: ActKind.Stop or ActKind.Reboot or ActKind.Resign } or { Kind: ActKind.Command, IsOther: false };
        if (!takesDown || !IsServing(health.Cluster.Find(act.Node)))
        {
            return null;
        }

        var alarm = model.CloudWatch.Truth.FirstOrDefault(alarm => alarm.State == AlarmState.Alarm && CouldBeKnown(alarm));
        return alarm is null ? null : $"{act.Kind} of {act.Node} while {alarm.Name} is in ALARM";
    }

    private bool IsServing(Node node) =>
        health.IsRunning(node) && node.IsUp && health.IsLevel(node) && !health.Ssm.AwaitsReboot(node.Name);

    private bool CouldBeKnown(Alarm alarm)
    {
        var asked = model.CloudWatch.ReadAt ?? TimeSpan.MinValue;
        return alarm.Since <= asked || asked == TimeSpan.MinValue
            || model.World.ToReal(model.World.Now - asked) > LongestBetweenAskingAndActing;
    }
}
