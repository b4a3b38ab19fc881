using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.Ssm;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Strategies;
using EsdbRollingAction.Simulation.Judging;
using EsdbRollingAction.Simulation.Scenarios;

namespace EsdbRollingAction.Simulation.Mutants;

/// <summary>Programs that are wrong about versions of the server, by name.</summary>
internal static class WrongVersions
{
    /// <summary>Each with a rule that it breaks.</summary>
    public static IReadOnlyDictionary<string, (Mutant Mutant, Rule Rule)> All { get; } = new Dictionary<string, (Mutant, Rule)>
    {
        ["LowersNobody"] = (new LowersNobody(), Rule.UpgradedMayLead),
        ["TakesAnyVersion"] = (new TakesAnyVersion(), Rule.EndedTooEarly),
        ["TakesSuccessForTheVersion"] = (new TakesSuccessForTheVersion(), Rule.EndedTooEarly),
    };

    /// <summary>A voter of the new version keeps its priority.</summary>
    private sealed class LowersNobody : Mutant
    {
        public override Features Needs => Features.Versions;

        public override IUpdateStrategy Strategy(IUpdateStrategy strategy) => new Wrong(strategy) { KeepsOldLeader = false };
    }

    /// <summary>A node that tells a version at all has the one that is wanted.</summary>
    private sealed class TakesAnyVersion : Mutant
    {
        public override Features Needs => Features.Versions;

        public override IUpdateStrategy Strategy(IUpdateStrategy strategy) =>
            new Wrong(strategy) { Word = (_, seen) => seen.Own?.Version is null ? null : strategy.TargetVersion };
    }

    /// <summary>A node whose command has succeeded has the version that is wanted.</summary>
    private sealed class TakesSuccessForTheVersion : Mutant
    {
        public override Features Needs => Features.Versions;

        public override IUpdateStrategy Strategy(IUpdateStrategy strategy) => new Wrong(strategy)
        {
            Word = (_, seen) => seen.Commands.Any(one => one is { IsChange: true, Outcome.Progress: CommandProgress.Succeeded })
                ? strategy.TargetVersion
                : null,
        };
    }

    /// <summary>A strategy that is wrong in one answer.</summary>
    private sealed class Wrong(IUpdateStrategy right) : IUpdateStrategy
    {
        /// <summary>The version of a node; null where the right answer is given.</summary>
        public Func<NodeUpdate, SeenNode, string?> Word { get; init; } = (_, _) => null;

        public bool KeepsOldLeader { get; init; } = right.KeepsOldLeader;

        public string Name => right.Name;

        public string? TargetVersion => right.TargetVersion;

        public IReadOnlyList<ChangeStep> Steps => right.Steps;

        public IReadOnlyList<ChangeStep> Rescue => right.Rescue;

        public PlannedCalls Calls => right.Calls;

        public string? VersionOf(NodeUpdate node, SeenNode seen) => Word(node, seen) ?? right.VersionOf(node, seen);

        public string? TargetOf(NodeUpdate node) => right.TargetOf(node);

        public bool IsAsWanted(NodeUpdate node) => right.IsAsWanted(node);

        public bool CanUndo(NodeUpdate node) => right.CanUndo(node);

        public Task<CheckedChange> CheckAsync(
            IReadOnlyList<CheckedNode> nodes, InstanceFacts facts, CancellationToken cancellationToken) =>
            right.CheckAsync(nodes, facts, cancellationToken);

        public ClusterUpdate Planned(ClusterUpdate state, CheckedChange change) => right.Planned(state, change);

        public Task<CommandsSeen> ReadAsync(ClusterUpdate state, SeenWorld world, CancellationToken cancellationToken) =>
            right.ReadAsync(state, world, cancellationToken);
    }
}
