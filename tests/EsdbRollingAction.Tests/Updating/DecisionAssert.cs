using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Strategies;

namespace EsdbRollingAction.Tests.Updating;

/// <summary>What a decision is expected to be, in one line.</summary>
internal static class DecisionAssert
{
    public static TAct Acts<TAct>(this Decision decision, string node)
        where TAct : Act
    {
        Assert.Equal((node, typeof(TAct)), (decision.Node?.NodeName, decision.Act.GetType()));
        return (TAct)decision.Act;
    }

    public static void Stops(this Decision decision, string node) =>
        Assert.IsType<StopStep>(decision.Acts<Act.ChangeInstance>(node).Step, exactMatch: false);

    public static void Waits(this Decision decision, string node, string rule)
    {
        decision.Acts<Act.Wait>(node);
        Assert.Equal(rule, decision.Rule);
        Assert.Equal(decision.Why, decision.Node!.WaitingFor);
    }

    public static void WaitsIn(this Decision decision, string node, NodePhase phase)
    {
        decision.Acts<Act.Wait>(node);
        Assert.Equal(phase.ToString(), decision.Node!.NodeUpdateStatusDetail);
    }

    public static NodeUpdate NodeNamed(this Decision decision, string node) =>
        decision.State.EventStoreNodeUpdates.Single(other => other.NodeName == node);
}
