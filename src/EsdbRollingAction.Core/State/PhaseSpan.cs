namespace EsdbRollingAction.Core.State;

/// <summary>How long a node was in a phase, and why: the history of the roll, for people.</summary>
public sealed record PhaseSpan
{
    private const int MostSpans = 100;

    /// <summary>A state is input: what it says cannot overflow.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1000);

    /// <summary>The <see cref="NodePhase"/>, as in <see cref="NodeUpdate.NodeUpdateStatusDetail"/>.</summary>
    public string Phase { get; init; } = "";

    /// <summary>When it began.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>When it ended, or null while it lasts.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>What was last waited for in it: a clause, without a full stop.</summary>
    public string? WaitingFor { get; init => field = Sentence.ClauseOrNull(value); }

    /// <summary>The safety rule that held the node back, or null.</summary>
    public string? Rule { get; init; }

    /// <summary>When it ended, or until when it is known to have lasted.</summary>
    public DateTimeOffset EndOr(DateTimeOffset known) => (Until ?? known) is var end && end > Since ? end : Since;

    /// <summary>How long it lasted, or is known to have.</summary>
    public TimeSpan Lasted(DateTimeOffset known) => EndOr(known) - Since;

    /// <summary>How long they lasted together.</summary>
    public static TimeSpan Sum(IEnumerable<PhaseSpan> spans, DateTimeOffset known) =>
        TimeSpan.FromTicks((long)Math.Min(Longest.Ticks, spans.Sum(span => (decimal)span.Lasted(known).Ticks)));

    /// <summary>The history of a run that ended in the middle of a phase: the time between two runs belongs to none.</summary>
    internal static IReadOnlyList<PhaseSpan> Interrupted(IReadOnlyList<PhaseSpan> history, DateTimeOffset? lastSeen) =>
        history is [.., { Until: null } last]
            ? [.. history.SkipLast(1), last with { Until = lastSeen > last.Since ? lastSeen : last.Since }]
            : history;

    /// <summary>The history with this phase at its end. A wait for another rule is another span.</summary>
    internal static IReadOnlyList<PhaseSpan> Enter(IReadOnlyList<PhaseSpan> history, PhaseSpan next)
    {
        if (history is [.., { Until: null } last])
        {
            var goesOn = last.Phase == next.Phase && last.Rule == next.Rule;
            last = goesOn ? last with { WaitingFor = next.WaitingFor ?? last.WaitingFor } : last with { Until = next.Since };
            history = [.. history.SkipLast(1), last];
            if (goesOn)
            {
                return history;
            }
        }

        return Enum.Parse<NodePhase>(next.Phase).IsWork() ? [.. history.TakeLast(MostSpans - 1), next] : history;
    }
}

/// <summary>What phases mean.</summary>
public static class NodePhases
{
    /// <summary>Whether something is done for the node in this phase, or would be if nothing held it back.</summary>
    public static bool IsWork(this NodePhase phase) =>
        phase is not (NodePhase.Pending or NodePhase.Success or NodePhase.Failed or NodePhase.RolledBack);
}
