namespace EsdbRollingAction.Sandbox.Model;

/// <content>The database as a service of its machine: what <c>systemctl</c> does to it.</content>
public sealed partial class Cluster
{
    /// <summary>Its process runs, or was started and does not answer yet.</summary>
    internal static bool IsActive(Node node) => node.IsStarting || node is { IsUp: true, IsShuttingDown: false };

    /// <summary>Begins to stop it. Returns how long that takes.</summary>
    internal double StopService(Node node)
    {
        var seconds = node.IsUp ? ShutDownSeconds : 0;
        ShutDown(node);
        node.IsServiceStopped = true;
        return seconds;
    }

    /// <summary>Starts it unless it runs.</summary>
    internal void StartService(Node node)
    {
        if (!IsActive(node))
        {
            StartProcess(node);
        }
    }
}
