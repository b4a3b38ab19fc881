namespace EsdbRollingAction.Sandbox.Model;

/// <summary>A machine as a script on it sees it: its service manager, and how it reboots.</summary>
internal sealed class ScriptMachine(World world, Cluster cluster, Ec2 ec2, string node)
{
    public Node Node { get; } = cluster.Find(node);

    /// <summary>Name of the database's unit, without <c>.service</c>.</summary>
    public required string Unit { get; init; }

    /// <summary>Tells one boot from the next.</summary>
    public int Boot => ec2.BootOf(node);

    /// <summary>It goes down by an order that was accepted.</summary>
    public bool WillReboot => ec2.WillReboot(node);

    public bool IsActive => Cluster.IsActive(Node);

    public bool Install(string version) => Cluster.Install(Node, version);

    public double StopService() => cluster.StopService(Node);

    public void StartService()
    {
        if (ec2.CanRunDatabase(node))
        {
            cluster.StartService(Node);
        }
    }

    /// <summary>The service manager starts it again even when nobody waits for that any more.</summary>
    public double RestartService()
    {
        var boot = Boot;
        var seconds = StopService();
        Node.IsServiceStopped = false;
        world.After(seconds, () =>
        {
            if (Boot == boot)
            {
                StartService();
            }
        });
        return seconds;
    }

    public void Reboot() => ec2.RebootAtOnce(node);
}
