namespace EsdbRollingAction.Sandbox.Model;

/// <content>Reboots: EC2 only takes the order. What becomes of it shows on the node, and never on the instance.</content>
public sealed partial class Ec2
{
    /// <summary>How many reboots are accepted and never carried out.</summary>
    public int RebootsToLose { get; set; }

    /// <summary>The node whose machine does not come back from a reboot until it is stopped and started; null for none.</summary>
    public string? HangsAtReboot { get; set; }

    /// <summary>Orders a reboot. The instance runs before it, meanwhile and after it.</summary>
    public Ec2State Reboot(string id, bool dryRun = false) => Change(id, ActKind.Reboot, "", dryRun, machine =>
    {
        if (machine.Current.State != Ec2State.Running)
        {
            throw Incorrect(id, "rebooted");
        }

        var order = new RebootOrder(isLost: RebootsToLose > 0);
        RebootsToLose -= order.IsLost ? 1 : 0;
        machine.RebootOrders.Add(order);
        world.After(world.Between(timings.RebootShortest, timings.RebootLongest), () => CarryOut(machine, order));
    });

    /// <summary>The node may go down any moment: an order was accepted, and whether it was lost nobody can tell yet.</summary>
    internal bool IsToReboot(string node) => machinesByNode[node].RebootOrders.Count > 0;

    /// <summary>The instance runs and its operating system does not, because of a reboot.</summary>
    internal bool IsDownToReboot(string node) => machinesByNode[node].IsDownToReboot;

    /// <summary>An order that comes while the machine boots finds nobody to carry it out.</summary>
    private void CarryOut(Machine machine, RebootOrder order)
    {
        if (!machine.RebootOrders.Remove(order) || order.IsLost || !machine.IsBooted)
        {
            return;
        }

        machine.IsBooted = false;
        machine.IsDownToReboot = true;
        var boot = ++machine.Boots;
        cluster.ShutDown(cluster.Find(machine.Current.Node));
        if (machine.Current.Node != HangsAtReboot)
        {
            world.After(Cluster.ShutDownSeconds + timings.Boot, () => StartProcess(machine, boot));
        }
    }

    private sealed class RebootOrder(bool isLost)
    {
        public bool IsLost { get; } = isLost;
    }
}
