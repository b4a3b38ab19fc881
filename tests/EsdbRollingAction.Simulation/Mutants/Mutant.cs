using EsdbRollingAction.Core.Alarms;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.Ssm;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Strategies;
using EsdbRollingAction.Simulation.Edges;
using EsdbRollingAction.Simulation.Scenarios;

namespace EsdbRollingAction.Simulation.Mutants;

/// <summary>A program that is wrong on purpose in one place; this one in none.</summary>
internal class Mutant
{
    public static Mutant None { get; } = new();

    /// <summary>Whether a run keeps to one that holds the lock.</summary>
    public virtual bool HasLock => true;

    /// <summary>Whether a run that is alone on the cluster cannot show what is wrong.</summary>
    public virtual bool NeedsOtherRuns => false;

    /// <summary>What a roll must have to show what is wrong.</summary>
    public virtual Features Needs => Features.None;

    /// <summary>Whether it goes on with the update where it is to recover only.</summary>
    public virtual bool RecoversByRolling => false;

    public virtual IDecider Decider(IDecider decider, Run run) => decider;

    public virtual ICommands Commands(ICommands commands, Run run) => commands;

    public virtual IUpdateStrategy Strategy(IUpdateStrategy strategy) => strategy;

    public virtual IAlarms Alarms(IAlarms alarms) => alarms;

    public virtual IInstanceTags Tags(IInstanceTags tags) => tags;

    public virtual ICapacity Capacity(ICapacity capacity) => capacity;

    /// <summary>What is remembered of a state.</summary>
    public virtual ClusterUpdate Remembered(ClusterUpdate state) => state;

    /// <summary>What the program hears of a signal.</summary>
    public virtual CancellationToken Signal(CancellationToken signal) => signal;
}
