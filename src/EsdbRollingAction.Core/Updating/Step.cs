namespace EsdbRollingAction.Core.Updating;

/// <summary>Puts a node into a phase and a decision around it.</summary>
internal static class Step
{
    /// <summary>The node is worked on by this act.</summary>
    public static Decision Do(ClusterUpdate state, NodeUpdate node, NodePhase phase, Act act, Observation seen, string why) =>
        Make(state, node.InPhase(phase, null, seen.At), act, seen, why, null);

    /// <summary>The node waits for something.</summary>
    public static Decision Wait(
        ClusterUpdate state, NodeUpdate node, NodePhase phase, Awaited awaited, Observation seen, string why, string? rule = null) =>
        Make(state, node.InPhase(phase, why, seen.At, rule), new Act.Wait(awaited), seen, why, rule);

    private static Decision Make(ClusterUpdate state, NodeUpdate node, Act act, Observation seen, string why, string? rule)
    {
        var inProgress = node with { NodeUpdateStatus = UpdateStatus.InProgress, StartedAt = node.StartedAt ?? seen.At };
        return new Decision(state.With(inProgress), inProgress, act, why, rule);
    }
}
