using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Simulation.Edges;

namespace EsdbRollingAction.Simulation.Mutants;

/// <summary>Makes of a right decision a wrong one.</summary>
/// <param name="change">Gets what was observed and what was decided, and the number of the decision in its run.</param>
internal sealed class WrongDecision(Func<ClusterSnapshot, Decision, int, Decision> change) : Mutant
{
    public override IDecider Decider(IDecider decider, Run run) => new Wrong(decider, change);

    private sealed class Wrong(IDecider decider, Func<ClusterSnapshot, Decision, int, Decision> change) : IDecider
    {
        private int decisions;

        public Decision Decide(ClusterSnapshot cluster) => change(cluster, decider.Decide(cluster), ++decisions);
    }
}
