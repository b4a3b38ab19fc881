using EsdbRollingAction.Sandbox.Resuming;

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

    /// <summary>How often the node's machine went down to reboot since the roll began; orders that were lost do not count.</summary>
    internal int RebootsOf(string node) => machinesByNode[node].Reboots;

    /// <summary>The node may go down any moment: an order was accepted, and whether it was lost nobody can tell yet.</summary>
    internal bool IsToReboot(string node) => machinesByNode[node].RebootOrders.Count > 0;

    /// <summary>The instance runs and its operating system does not, because of a reboot.</summary>
    internal bool IsDownToReboot(string node) => machinesByNode[node].IsDownToReboot;

    /// <summary>Whether it reboots by an order that was accepted: then that is under way.</summary>
    internal bool WillReboot(string node) => machinesByNode[node] is { IsBooted: true } machine && machine.RebootOrders.Exists(order => !order.IsLost);

    /// <summary>It went down to reboot and does not come back.</summary>
    internal bool IsHung(string node) => machinesByNode[node].IsHung;

    /// <summary>A machine as an earlier sandbox left it.</summary>
    internal void Restore(string node, LeftNode left)
    {
        var machine = machinesByNode[node];
        (machine.Starts, machine.Reboots) = (left.Starts, left.Reboots);
        machine.IsHung = machine.IsDownToReboot = left.IsHung;
        machine.IsBooted &= !left.IsHung;
    }

    /// <summary>An order that comes while the machine boots finds nobody to carry it out.</summary>
    private void CarryOut(Machine machine, RebootOrder order)
    {
        if (machine.RebootOrders.Remove(order) && !order.IsLost && machine.IsBooted)
        {
            GoDownToReboot(machine);
        }
    }

    private void GoDownToReboot(Machine machine)
    {
        machine.Reboots++;
        machine.GoDown(world.Now);
        machine.IsDownToReboot = true;
        var boot = ++machine.Boots;
        cluster.ShutDown(cluster.Find(machine.Current.Node));
        machine.IsHung = machine.Current.Node == HangsAtReboot;
        if (!machine.IsHung)
        {
            world.After(Cluster.ShutDownSeconds + timings.Boot, () => StartProcess(machine, boot));
        }
    }

    private sealed class RebootOrder(bool isLost)
    {
        public bool IsLost { get; } = isLost;
    }
}
