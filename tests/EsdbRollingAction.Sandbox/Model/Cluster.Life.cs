namespace EsdbRollingAction.Sandbox.Model;

/// <content>How a process lives and dies.</content>
public sealed partial class Cluster
{
    /// <summary>From the request to end until the process has ended.</summary>
    internal const double ShutDownSeconds = 0.8;

    private const double ImportSeconds = 10;

    internal void StartProcess(Node node)
    {
        node.Turn++;
        node.IsServiceStopped = false;
        node.IsStarting = node.CanStart;
        if (node.IsStarting)
        {
            var version = node.InstalledVersion;
            After(node, timings.ProcessStart, () => Answer(node, version));
        }
    }

    internal void ShutDown(Node node)
    {
        if (node.IsShuttingDown)
        {
            // Who asks once more waits for the same end: a service manager merges what is asked of a unit that is stopping.
            return;
        }

        node.Turn++;
        node.IsStarting = false;
        if (!node.IsUp)
        {
            return;
        }

        node.State = node.IsReadOnlyReplica || Leading != node ? VNodeState.ShuttingDown : VNodeState.ResigningLeader;
        node.IsHealthy = false;
        node.IsShuttingDown = true;
        After(node, ShutDownSeconds, () =>
        {
            EndProcess(node);
            Import();
        });
    }

    internal void EndProcess(Node node)
    {
        node.Turn++;
        node.IsStarting = false;
        if (!node.IsUp)
        {
            return;
        }

        if (node.IsInSync)
        {
            node.Log = Log.At;
        }

        node.Freeze(world.Now);
        node.IsUp = false;
        node.IsShuttingDown = false;
        node.IsHealthy = false;
        node.HasJoined = false;
        node.IsInSync = false;
        if (Leading == node)
        {
            LoseLeader(resigned: null, favourite: null);
        }

        WatchQuorum();
    }

    private void Answer(Node node, string version)
    {
        node.InstanceId = world.NewGuid();
        node.RunningVersion = version;
        node.IsUp = true;
        node.IsStarting = false;
        node.IsHealthy = false;
        node.ReportsCheckpoint = false;
        node.Priority = node.ShownPriority = node.ConfiguredPriority;
        node.State = VNodeState.Initializing;
        ForgetPeers(node);
        After(node, 0.2, () => node.IsHealthy = true);
        After(node, 0.5, () => Discover(node));
    }

    private void Discover(Node node)
    {
        node.HasJoined = true;
        node.State = node.IsReadOnlyReplica ? VNodeState.ReadOnlyLeaderless : VNodeState.DiscoverLeader;
        After(node, 0.3, () => Subscribe(node));
    }

    /// <summary>Somebody imports a lot while a node is down: what it will have to catch up.</summary>
    private void Import()
    {
        var rate = load.BytesMissedWhileDown / ImportSeconds;
        Log.Accelerate(rate, world.Now);
        world.After(ImportSeconds, () => Log.Accelerate(-rate, world.Now));
    }

    /// <summary>The cluster as it has been for a long time.</summary>
    private void Settle(Node leader)
    {
        Leading = leader;
        Log.Resume(load.InitialBytes, world.Now);
        Log.Accelerate(load.BytesPerSecond, world.Now);
        foreach (var node in Nodes)
        {
            var anew = world.NewGuid();
            node.InstanceId = node.Left?.Process ?? anew;
            node.FirstInstanceId = node.Left?.FirstProcess ?? node.InstanceId;
            node.ReportsCheckpoint = true;
            node.Priority = node.ShownPriority = node.Left?.Priority ?? node.ConfiguredPriority;
            node.Epoch = 1;
            BeAsLeft(node);
        }

        leader.State = VNodeState.Leader;
        leader.Log = Log.At;
        foreach (var node in Nodes)
        {
            KnowPeers(node);
        }
    }

    /// <summary>Up and level; or down, and behind by what was imported since.</summary>
    private void BeAsLeft(Node node)
    {
        if (node.Left is { IsDown: true })
        {
            var length = Math.Max(0, load.InitialBytes - load.BytesMissedWhileDown);
            node.Log = _ => length;
            node.State = node.IsReadOnlyReplica ? VNodeState.ReadOnlyReplica : VNodeState.Follower;
            return;
        }

        node.IsUp = true;
        node.IsHealthy = true;
        node.HasJoined = true;
        BeLevel(node);
    }
}
