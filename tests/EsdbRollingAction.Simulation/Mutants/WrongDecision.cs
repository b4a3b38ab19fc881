using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Capacity;
using EsdbRollingAction.Core.Lease;
using EsdbRollingAction.Core.Planning;
using EsdbRollingAction.Core.Preflight;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Strategies;

namespace EsdbRollingAction.Simulation.Mutants;

/// <summary>Makes of a right decision a wrong one.</summary>
/// <param name="change">Gets what was observed and what was decided, and the number of the decision in its run.</param>
internal sealed class WrongDecision(Func<Observation, Decision, int, Decision> change) : Mutant
{
    public override IDecider Decider(IDecider decider) => new Wrong(decider, change);

    private sealed class Wrong(IDecider decider, Func<Observation, Decision, int, Decision> change) : IDecider
    {
        private int decisions;

        public Decision Decide(ClusterUpdate state, Observation seen) => change(seen, decider.Decide(state, seen), ++decisions);
    }
}
