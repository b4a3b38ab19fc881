using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Core.Rolling;

/// <summary>
/// Saves the state before and after every act. Nothing is begun that cannot be saved, but a node that is down is brought back all the
/// same: what is observed is enough for that.
/// </summary>
internal sealed class StateKeeper(IStateStore store, INotices notices)
{
    private bool hasWritten;
    private bool hasWarned;

    /// <summary>The state as it is remembered, or was to be; null before there is one.</summary>
    public ClusterUpdate? Last { get; private set; }

    /// <summary>Saves what was decided, before it is done.</summary>
    /// <exception cref="RollingUpdateException">It cannot be saved, and nothing is off that would be left so.</exception>
    public void Save(Decision decision, ClusterSnapshot snapshot)
    {
        var isBegun = decision.Act is Act.SetPriority or Act.Resign or Act.PauseAutoScavenge
            or Act.ChangeInstance { Step.IsRepeatable: false };
        var isAnyOff = snapshot.Nodes.Any(node => node is { WasBegun: true } or { MayBeGoingDown: true } or { Goal: NodeGoal.AsIs });
        Save(decision.State, mayGoOn: isAnyOff && !isBegun);
    }

    /// <summary>Saves what came of an act.</summary>
    public void Save(ClusterUpdate state) => Save(state, mayGoOn: true);

    private void Save(ClusterUpdate state, bool mayGoOn)
    {
        Last = state;
        try
        {
            store.Write(state);
            hasWritten = true;
        }
        catch (RollingUpdateException exception) when (hasWritten)
        {
            if (!mayGoOn)
            {
                throw new RollingUpdateException(FailureReason.StateNotSaved, exception.Message, exception);
            }

            if (!hasWarned)
            {
                notices.Warn($"{exception.Message} The node that is worked on is brought back first, then this run ends.");
                hasWarned = true;
            }
        }
    }
}
