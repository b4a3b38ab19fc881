using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Core.Rolling;

/// <summary>
/// Asks for auto-scavenge once, and again only while something is to be waited for. Nobody but the leader is asked how it stands: the
/// others forward, and tell less.
/// </summary>
/// <param name="nodes">The nodes.</param>
/// <param name="cluster">Knows whom the cluster names: credentials go nowhere else.</param>
/// <param name="settings">Where the cluster is asked for first.</param>
/// <param name="time">The clock.</param>
internal sealed class AutoScavengeKeeper(IAutoScavenge nodes, ClusterObserver cluster, RollSettings settings, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private NodeEndpoint? leader;

    /// <summary>What is known.</summary>
    public AutoScavengeSeen Seen { get; private set; } = new(AutoScavenge.NotAsked);

    /// <summary>Whether another look may tell more.</summary>
    private bool IsLookDue => Seen switch
    {
        { Read.State: AutoScavengeState.Unknown } => Seen.MayTellYet,
        { Read.State: AutoScavengeState.Pausing or AutoScavengeState.Running } => true,
        _ => false,
    };

    /// <summary>Looks, when that is due. What does not answer leaves known what was known.</summary>
    public async Task LookAsync(NodeEndpoint? leading, ClusterUpdate state, CancellationToken cancellationToken)
    {
        leader = leading ?? leader;
        var isAskedFor = IsLookDue && state.AutoScavengeWaived is null;
        if (leading is null || !cluster.IsNamed(leading) || !isAskedFor)
        {
            return;
        }

        Seen = Seen with { Looks = Seen.Looks + 1 };
        Saw(await nodes.AutoScavengeAsync(leading, cancellationToken));
    }

    /// <summary>Asks it to pause.</summary>
    /// <exception cref="NodeUnreachableException">No usable answer; it may have been heard all the same.</exception>
    public async Task PauseAsync(NodeEndpoint leading, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        Seen = Seen with { AskedAt = now, PausingSince = Seen.PausingSince ?? now };
        var answer = await nodes.PauseAutoScavengeAsync(leading, cancellationToken);
        Saw(answer);
        if (answer is { State: AutoScavengeState.Unknown, Problem: { } problem })
        {
            throw new NodeUnreachableException(leading, problem);
        }
    }

    /// <summary>Lets it go on, and asks until that is heard: for a moment after an election nobody forwards.</summary>
    /// <returns>Why it could not be resumed: a clause; null when it is.</returns>
    public async Task<string?> ResumeAsync(CancellationToken cancellationToken)
    {
        var problem = "no node of the cluster is known";
        try
        {
            for (; ; await Task.Delay(Pause, time, cancellationToken))
            {
                foreach (var node in WhoMayBeAsked())
                {
                    var answer = await nodes.ResumeAutoScavengeAsync(node, cancellationToken);
                    if (answer.State is not AutoScavengeState.Unknown)
                    {
                        return answer.Problem;
                    }

                    problem = answer.Problem!;
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return problem;
        }
    }

    private IEnumerable<NodeEndpoint> WhoMayBeAsked() =>
        cluster.Members.Where(cluster.IsNamed).Union(settings.Seeds).OrderByDescending(node => node == leader);

    private void Saw(AutoScavenge answer) => Seen = answer switch
    {
        { State: AutoScavengeState.Unknown } => Seen with { Read = Seen.Read with { Problem = answer.Problem } },
        { State: AutoScavengeState.Pausing } => Seen with { Read = answer, PausingSince = Seen.PausingSince ?? time.GetUtcNow() },
        _ => Seen with { Read = answer },
    };
}
