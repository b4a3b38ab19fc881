namespace EsdbRollingAction.Sandbox.Model;

/// <content>How a node comes to have what the leader has.</content>
public sealed partial class Cluster
{
    private const long AlmostNothing = 32_768;
    private const long BytesInFlight = 3_000;

    internal long BytesBehind(Node node) => node == Leading ? 0 : Math.Max(0, Log.At(world.Now) - node.Log(world.Now));

    private void Subscribe(Node node)
    {
        node.Turn++;
        if (Leading is null)
        {
            return;
        }

        node.State = node.IsReadOnlyReplica ? VNodeState.PreReadOnlyReplica : VNodeState.PreReplica;
        After(node, world.Between(0.1, 0.3), () => Replicate(node));
    }

    private void Replicate(Node node)
    {
        if (IsTooOld(node))
        {
            node.IsInSync = false;
            return;
        }

        var length = node.Log(world.Now);
        if (node.HasEntriesOfItsOwn || length > Log.At(world.Now))
        {
            Truncate(node);
            return;
        }

        node.ReportsCheckpoint = true;
        if (node.IsInSync)
        {
            Follow(node);
            return;
        }

        CatchUp(node, length);
    }

    /// <summary>Entries that nobody else has are cut off, and the process starts once more.</summary>
    private void Truncate(Node node)
    {
        var length = Math.Min(node.Log(world.Now), Log.At(world.Now));
        node.HasEntriesOfItsOwn = false;
        node.WasDisturbed = true;
        EndProcess(node);
        node.Log = _ => length;
        StartProcess(node);
    }

    private void CatchUp(Node node, long from)
    {
        var rate = load.CatchUpBytesPerSecond * node.CopySpeed;
        var since = world.Now;
        node.Log = now => Math.Min(Log.At(now), from + (long)(rate * (now - since).TotalSeconds));
        node.State = node.IsReadOnlyReplica ? VNodeState.ReadOnlyReplica : VNodeState.CatchingUp;
        LookAgain(node, rate);
    }

    private void LookAgain(Node node, double rate)
    {
        var left = BytesBehind(node);
        After(node, Math.Max(0.2, left / rate), () =>
        {
            if (BytesBehind(node) > AlmostNothing)
            {
                LookAgain(node, rate);
                return;
            }

            if (node.IsReadOnlyReplica)
            {
                Follow(node);
                return;
            }

            node.State = VNodeState.Clone;
            After(node, 0.4, () => Follow(node));
        });
    }

    private void Follow(Node node)
    {
        node.Epoch = Leading!.Epoch;
        BeLevel(node);
        WatchQuorum();
    }

    private void BeLevel(Node node)
    {
        var floor = node.Log(world.Now);
        node.Log = now => Math.Max(floor, Log.At(now) - BytesInFlight);
        node.IsInSync = true;
        node.WasDisturbed = false;
        node.State = node.IsReadOnlyReplica ? VNodeState.ReadOnlyReplica : VNodeState.Follower;
    }
}
