using EsdbRollingAction.Core.Instances;

namespace EsdbRollingAction.Core.Preflight;

/// <summary>Whether an Auto Scaling group leaves an instance alone that is stopped.</summary>
internal static class AutoScalingChecks
{
    private const string Advice =
        "Suspend the group's processes HealthCheck, ReplaceUnhealthy and Terminate, or put the instance into Standby, for as long as the update takes";

    /// <summary>The processes that end an instance which is found stopped.</summary>
    private static readonly string[] WhatReplaces = ["Terminate", "ReplaceUnhealthy", "HealthCheck"];

    /// <summary>The tag proves the membership, so what is not known of the group counts against it.</summary>
    public static Check GroupLetsItStop(string name, string group, Told<AutoScalingMember> member) => member switch
    {
        { Value: { LifecycleState: "Standby" } } => Check.Passed(name, $"in Standby in the Auto Scaling group {group}"),
        { Value: { } known } when WhatReplaces.All(known.SuspendedProcesses.Contains) =>
            Check.Passed(name, $"the Auto Scaling group {group} replaces nothing now"),
        { Value: { } known } => Check.Refused(
            name,
            $"the Auto Scaling group {group} would replace the instance when it stops ({string.Join(", ", WhatReplaces.Except(known.SuspendedProcesses))} not suspended)",
            Advice),
        _ => Check.Refused(
            name,
            $"it is in the Auto Scaling group {group}, which would replace it when it stops, and whether its processes are suspended is not known: {member.Problem}",
            $"{Advice}, and allow autoscaling:DescribeAutoScalingInstances and autoscaling:DescribeAutoScalingGroups"),
    };
}
