using EsdbRollingAction.Core.Instances;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Strategies;

namespace EsdbRollingAction.Core.Preflight;

/// <summary>What must be so of an instance that is going to be stopped.</summary>
internal static class InstanceChecks
{
    /// <summary>All checks of one instance.</summary>
    /// <param name="node">The node on it.</param>
    /// <param name="facts">What EC2 said.</param>
    /// <param name="settings">What may be lost, and whether capacity is held.</param>
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
    ];

    /// <summary>One that does not run was interrupted, or is brought back by the update; one that is going never comes back.</summary>
    public static Check InstanceIsRunning(Instance instance) => instance.State switch
    {
        InstanceState.Running => Check.Passed(nameof(InstanceIsRunning), "running"),
        InstanceState.ShuttingDown or InstanceState.Terminated =>
            Check.Refused(nameof(InstanceIsRunning), $"{instance.Id} is being terminated{instance.ReasonClause}"),
        var state => Check.Note(nameof(InstanceIsRunning), $"{instance.Id} is {state}{instance.ReasonClause}; the update brings it back"),
    };

    /// <summary>EC2 stops only what has its root on EBS.</summary>
    public static Check RootVolumeIsEbs(InstanceDetails instance, bool allowLoss) => instance.RootDeviceType switch
    {
        null => Check.NotChecked(nameof(RootVolumeIsEbs), Told.NotByEc2),
        "ebs" => Check.Passed(nameof(RootVolumeIsEbs), "EBS"),
        var other => Check.RefusedUnless(
            allowLoss, nameof(RootVolumeIsEbs), $"the root volume is {other}: its data is lost when the instance stops",
            "Move the node to an instance with an EBS root, or set allow-instance-store-loss"),
    };

    /// <summary>The catalogue tells which types have such volumes; they are attached without being asked for.</summary>
    public static Check NoInstanceStoreVolumes(Instance instance, InstanceFacts facts, bool allowLoss) => facts.TypeOf(instance.Type)?.HasInstanceStore switch
    {
        null => Check.NotChecked(nameof(NoInstanceStoreVolumes), facts.Types.Problem ?? Told.NotByEc2),
        false => Check.Passed(nameof(NoInstanceStoreVolumes), $"{instance.Type} has none"),
        true => Check.RefusedUnless(
            allowLoss, nameof(NoInstanceStoreVolumes), $"{instance.Type} has instance-store volumes: their data is lost when the instance stops",
            "When no data of the database is on them, set allow-instance-store-loss"),
    };

    /// <summary>The type of a Spot Instance cannot be changed.</summary>
    public static Check InstanceIsNotSpot(InstanceDetails instance) => instance.Lifecycle switch
    {
        null => Check.Passed(nameof(InstanceIsNotSpot), "On-Demand"),
        "spot" => Check.Refused(nameof(InstanceIsNotSpot), "it is a Spot Instance, whose type cannot be changed"),
        var other => Check.Note(nameof(InstanceIsNotSpot), $"its lifecycle is {other}"),
    };

    /// <summary>A group replaces an instance that it finds stopped.</summary>
    public static Check AutoScalingGroupLetsItStop(Instance instance, InstanceFacts facts) => instance.Details.AutoScalingGroup is { } group
        ? AutoScalingChecks.GroupLetsItStop(
            nameof(AutoScalingGroupLetsItStop), group, facts.AutoScaling.GetValueOrDefault(instance.Id) ?? Told.Not<AutoScalingMember>("it was not asked"))
        : Check.Passed(nameof(AutoScalingGroupLetsItStop), "in no Auto Scaling group");

    /// <summary>Stop protection refuses the stop.</summary>
    public static Check StopIsNotProtected(Instance instance, InstanceFacts facts) => facts.StopProtection.GetValueOrDefault(instance.Id) switch
    {
        null => Check.NotChecked(nameof(StopIsNotProtected), Told.NotByEc2),
        { Problem: { } why } => Check.NotChecked(nameof(StopIsNotProtected), why),
        { Value: true } => Check.Refused(nameof(StopIsNotProtected), "protected against being stopped", "Switch off its stop protection (disableApiStop)"),
        _ => Check.Passed(nameof(StopIsNotProtected), "not protected"),
    };

    /// <summary>The update stops instances, it never hibernates them.</summary>
    public static Check HibernationIsOff(InstanceDetails instance) => instance.IsHibernationConfigured switch
    {
        null => Check.NotChecked(nameof(HibernationIsOff), Told.NotByEc2),
        false => Check.Passed(nameof(HibernationIsOff), "off"),
        true => Check.Note(nameof(HibernationIsOff), "configured; the update stops the instance, it does not hibernate it"),
    };

    /// <summary>Where an instance must live narrows what capacity there is for it.</summary>
    public static Check PlacementIsPlain(InstanceDetails instance) => (instance.Tenancy, instance.PlacementGroup) switch
    {
        (null or "default", null) => Check.Passed(nameof(PlacementIsPlain), "shared tenancy, no placement group"),
        var (tenancy, group) => Check.Note(
            nameof(PlacementIsPlain),
            $"tenancy {tenancy ?? "default"}{(group is null ? "" : $", placement group {group}")}: there may be less capacity of the new type"),
    };
}
