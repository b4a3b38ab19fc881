using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Capacity;
using EsdbRollingAction.Core.Instances;
using EsdbRollingAction.Core.Lease;
using EsdbRollingAction.Core.Planning;
using EsdbRollingAction.Core.Preflight;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Strategies;

namespace EsdbRollingAction.Simulation.Mutants;

/// <summary>A program that is wrong on purpose in one place; this one in none.</summary>
internal class Mutant
{
    public static Mutant None { get; } = new();

    public virtual IDecider Decider(IDecider decider) => decider;

    public virtual IInstanceMarks Marks(IInstanceMarks marks) => marks;

    public virtual ICapacity Capacity(ICapacity capacity) => capacity;

    /// <summary>What is remembered of a state.</summary>
    public virtual ClusterUpdate Remembered(ClusterUpdate state) => state;

    /// <summary>What the program hears of a signal.</summary>
    public virtual CancellationToken Signal(CancellationToken signal) => signal;
}
