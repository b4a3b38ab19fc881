namespace EsdbRollingAction.Sandbox.Model;

/// <content>Who leads.</content>
public sealed partial class Cluster
{
    private int term;

    private bool HandOver(Node node, Node? favourite)
    {
        if (node != Leading || node.State != VNodeState.Leader || LevelVoters < Majority)
        {
            return false;
        }

        node.Turn++;
        node.State = VNodeState.ResigningLeader;
        After(node, world.Between(0.1, 0.4), () => LoseLeader(node, favourite));
        return true;
    }

    private void LoseLeader(Node? resigned, Node? favourite)
    {
        Log.Pause(world.Now);
        Leading = null;
        shortSince = null;
        foreach (var node in Nodes.Where(node => node.HasJoined && node.IsHealthy))
        {
            LoseLeader(node);
        }

        Elect(resigned, favourite, world.Between(timings.ElectionShortest, timings.ElectionLongest));
    }

    private void LoseLeader(Node node)
    {
        if (node.IsInSync)
        {
            node.Log = Log.At;
        }

        node.Freeze(world.Now);
        node.Turn++;
        node.ReportsCheckpoint = true;
        if (!node.IsReadOnlyReplica)
        {
            node.State = VNodeState.Unknown;
            return;
        }

        After(node, 0.5, () => node.State = VNodeState.ReadOnlyLeaderless);
    }

    private void Elect(Node? resigned, Node? favourite, double after)
    {
        var thisTerm = ++term;
        world.After(after, () =>
        {
            if (term != thisTerm || Leading is not null)
            {
                return;
            }

            var candidates = Voters.Where(node => node is { IsUp: true, HasJoined: true, IsHealthy: true }).ToList();
            if (candidates.Count < Majority)
            {
                Elect(null, null, after: 1);
                return;
            }

            Begin(candidates.Contains(favourite!) ? favourite! : Best(candidates, resigned));
        });
    }

    /// <summary>Highest epoch, then writer checkpoint, then priority. Among equals the one that resigned wins most often.</summary>
    private Node Best(List<Node> candidates, Node? resigned) => candidates
        .OrderByDescending(node => node.Epoch)
        .ThenByDescending(node => node.Log(world.Now))
        .ThenByDescending(node => node.Priority)
        .ThenByDescending(node => node == resigned ? 0.67 : world.Between(0, 1))
        .First();

    private void Begin(Node winner)
    {
        Leading = winner;
        winner.Turn++;
        winner.State = VNodeState.PreLeader;
        winner.IsInSync = true;
        winner.ReportsCheckpoint = true;
        var length = winner.Log(world.Now);
        if (length < Log.At(world.Now))
        {
            Rebase(length);
        }

        winner.Log = Log.At;
        foreach (var node in Nodes.Where(node => node != winner && node is { HasJoined: true, IsHealthy: true }))
        {
            Subscribe(node);
        }

        WatchQuorum();
    }

    private void Rebase(long length) => Log.Append(length - Log.At(world.Now), world.Now);

    private void Lead(Node node)
    {
        node.Epoch = Nodes.Max(other => other.Epoch) + 1;
        foreach (var other in Nodes.Where(other => other.IsInSync))
        {
            other.Epoch = node.Epoch;
        }

        node.State = VNodeState.Leader;
        node.WasDisturbed = false;
        Log.Resume(Log.At(world.Now), world.Now);
    }
}
