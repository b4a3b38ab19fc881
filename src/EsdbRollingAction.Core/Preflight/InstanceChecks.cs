using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Strategies;
using static EsdbRollingAction.Core.Row;

namespace EsdbRollingAction.Core.Preflight;

/// <summary>What must be so of an instance that is going to be stopped.</summary>
internal static class InstanceChecks
{
    private const string SuspendTheGroup =
        "Suspend the group's processes HealthCheck, ReplaceUnhealthy and Terminate, or put the instance into Standby,"
        + " for as long as the update takes";

    /// <summary>The processes of an Auto Scaling group that end an instance which is found stopped.</summary>
    private static readonly string[] Replacing = ["Terminate", "ReplaceUnhealthy", "HealthCheck"];

    public static IEnumerable<Check> Of(CheckedNode node, InstanceFacts facts, RollSettings settings) =>
    [
        InstanceIsRunning(node.Instance),
        RootVolumeIsEbs(node.Instance.Details, settings.AllowInstanceStoreLoss),
        NoInstanceStoreVolumes(node.Instance, facts, settings.AllowInstanceStoreLoss),
        InstanceIsNotSpot(node.Instance.Details),
        AutoScalingGroupLetsItStop(node.Instance, facts),
        StopIsNotProtected(node.Instance, facts),
        ReservationChecks.CapacityReservationFits(node, settings.ReserveCapacity),
        AddressChecks.PublicAddressStays(node, settings.AllowPublicAddressLoss),
        HibernationIsOff(node.Instance.Details),
        PlacementIsPlain(node.Instance.Details),
        NothingIsScheduled(node.Instance, facts.Events),
    ];

    /// <summary>What must be so of an instance that is not stopped.</summary>
    public static IEnumerable<Check> OfOneThatStaysOn(CheckedNode node, InstanceFacts facts) =>
        [InstanceIsRunning(node.Instance), NothingIsScheduled(node.Instance, facts.Events)];

    public static Check InstanceIsRunning(Instance instance) => instance.State switch
    {
        InstanceState.Running => Passed("running"),
        var state => Note($"{instance.Id} is {state}{instance.ReasonClause}; the update brings it back"),
    };

    public static Check RootVolumeIsEbs(InstanceDetails instance, bool allowLoss) => instance.RootDeviceType switch
    {
        null => NotChecked(),
        "ebs" => Passed("EBS"),
        var other => RefusedUnless(
            allowLoss,
            $"the root volume is {other}: its data is lost when the instance stops",
            "Move the node to an instance with an EBS root, or set allow-instance-store-loss"),
    };

    /// <summary>A type that has such volumes gets them without being asked for.</summary>
    public static Check NoInstanceStoreVolumes(Instance instance, InstanceFacts facts, bool allowLoss) =>
        facts.TypeOf(instance.Type)?.HasInstanceStore switch
        {
            null when facts.Types.Problem is { } why => NotChecked(why),
            null => NotChecked(),
            false => Passed($"{instance.Type} has none"),
            true => RefusedUnless(
                allowLoss,
                $"{instance.Type} has instance-store volumes: their data is lost when the instance stops",
                "When no data of the database is on them, set allow-instance-store-loss"),
        };

    public static Check InstanceIsNotSpot(InstanceDetails instance) => instance.Lifecycle switch
    {
        null => Passed("On-Demand"),
        "spot" => Refused("it is a Spot Instance: its type cannot be changed, and once stopped it may not come back"),
        var other => Note($"its lifecycle is {other}"),
    };

    /// <summary>A tag proves the membership, so what is not known of the group counts against it.</summary>
    public static Check AutoScalingGroupLetsItStop(Instance instance, InstanceFacts facts)
    {
        if (instance.Details.AutoScalingGroup is not { } group)
        {
            return Passed("in no Auto Scaling group");
        }

        var answer = facts.AutoScaling.GetValueOrDefault(instance.Id);
        if (answer?.Value is not { } member)
        {
            return Refused(
                $"it is in the Auto Scaling group {group}, which would replace it when it stops,"
                + $" and whether its processes are suspended is not known: {answer?.Problem ?? "it was not asked"}",
                $"{SuspendTheGroup}, and allow autoscaling:DescribeAutoScalingInstances and autoscaling:DescribeAutoScalingGroups");
        }

        var active = Replacing.Except(member.SuspendedProcesses).ToList();
        return (member.LifecycleState, active.Count) switch
        {
            ("Standby", _) => Passed($"in Standby in the Auto Scaling group {group}"),
            (_, 0) => Passed($"the Auto Scaling group {group} replaces nothing now"),
            _ => Refused(
                $"the Auto Scaling group {group} would replace the instance when it stops ({string.Join(", ", active)} not suspended)",
                SuspendTheGroup),
        };
    }

    public static Check StopIsNotProtected(Instance instance, InstanceFacts facts) =>
        facts.StopProtection.GetValueOrDefault(instance.Id) switch
        {
            null => NotChecked(),
            { Problem: { } why } => NotChecked(why),
            { Value: true } => Refused("protected against being stopped", "Switch off its stop protection (disableApiStop)"),
            _ => Passed("not protected"),
        };

    /// <summary>A stop and a start bring the instance to another host, and a retirement or maintenance of the old one is over.</summary>
    public static Check NothingIsScheduled(Instance instance, AwsAnswer<IReadOnlyList<ScheduledEvent>> events)
    {
        if (events.Value is not { } all)
        {
            return NotChecked(events.Problem ?? NotByEc2);
        }

        var scheduled = all.Where(one => one.InstanceId == instance.Id).Select(InWords).ToList();
        return scheduled.Count == 0
            ? Passed("EC2 has scheduled nothing")
            : Note(
                $"EC2 has scheduled {string.Join("; ", scheduled)}",
                "update-strategy Ec2InstanceRestart brings it to another host before that, with restart-kind stop-start");
    }

    private static string InWords(ScheduledEvent scheduled)
    {
        var from = scheduled.From is { } first ? $" from {first.UtcDateTime:yyyy-MM-dd HH:mm}Z on" : "";
        var until = scheduled.Until is { } last ? $", at the latest {last.UtcDateTime:yyyy-MM-dd HH:mm}Z" : "";
        return $"{scheduled.Code}{from}{until} ({Sentence.Clause(scheduled.Description)})";
    }

    public static Check HibernationIsOff(InstanceDetails instance) => instance.IsHibernationConfigured switch
    {
        null => NotChecked(),
        false => Passed("off"),
        true => Note("configured; the update stops the instance, it does not hibernate it"),
    };

    public static Check PlacementIsPlain(InstanceDetails instance)
    {
        var tenancy = instance.Tenancy ?? "default";
        var group = instance.PlacementGroup is { } name ? $", placement group {name}" : "";
        return tenancy == "default" && group.Length == 0
            ? Passed("shared tenancy, no placement group")
            : Note($"tenancy {tenancy}{group}: there may be less capacity for it when it is started");
    }
}
