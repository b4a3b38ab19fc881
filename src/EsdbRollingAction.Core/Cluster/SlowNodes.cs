using System.Collections.Concurrent;

namespace EsdbRollingAction.Core.Cluster;

/// <summary>
/// Keeps a node that does not answer in time from holding every look at the others: it is still given its whole time, but whoever
/// looks waits for it no longer than a second until it has answered again.
/// </summary>
internal sealed class SlowNodes(TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<NodeEndpoint, LateNode> late = new();
    private readonly CancellationTokenSource end = new();

    public async Task<AskedGossip> AskAsync(
        NodeEndpoint node, Func<CancellationToken, Task<AskedGossip>> ask, CancellationToken cancellationToken)
    {
        if (!late.TryGetValue(node, out var slow))
        {
            return Told(node, await ask(cancellationToken));
        }

        if (slow.Asked.IsCompleted && await slow.Asked is var between)
        {
            // What it said between two looks is no longer new, only that it answers.
            if (!between.IsLate)
            {
                late.TryRemove(node, out _);
                return Told(node, await ask(cancellationToken));
            }

            late[node] = slow = new LateNode(between, ask(end.Token));
        }

        try
        {
            return Told(node, await slow.Asked.WaitAsync(Patience, time, cancellationToken));
        }
        catch (TimeoutException)
        {
            return slow.Last;
        }
    }

    public void Dispose()
    {
        end.Cancel();
        end.Dispose();
    }

    private AskedGossip Told(NodeEndpoint node, AskedGossip told)
    {
        if (told.IsLate)
        {
            late[node] = new LateNode(told, Task.FromResult(told));
        }
        else
        {
            late.TryRemove(node, out _);
        }

        return told;
    }

    private sealed record LateNode(AskedGossip Last, Task<AskedGossip> Asked);
}
