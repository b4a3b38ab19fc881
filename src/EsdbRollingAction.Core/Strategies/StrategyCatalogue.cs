using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.Ssm;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Core.Strategies;

/// <summary>What a strategy is made of.</summary>
/// <param name="Instances">EC2.</param>
/// <param name="Commands">Systems Manager.</param>
/// <param name="Time">The clock.</param>
public sealed record StrategyParts(IInstances Instances, ICommands Commands, TimeProvider Time)
{
    /// <summary>The version of the server that every node shall have, as the inputs say; null where they do not.</summary>
    public string? TargetServerVersion { get; init; }

    /// <summary>Whether an older version than a node has is installed.</summary>
    public bool AllowDowngrade { get; init; }

    /// <summary>What is run on each node, as the inputs say; null where they do not.</summary>
    public CommandSpec? Command { get; init; }
}

/// <summary>The strategies that there are, by the name in the input <c>update-strategy</c>.</summary>
public static class StrategyCatalogue
{
    /// <summary>The strategy when neither the inputs nor the state name one.</summary>
    public const string Default = Ec2InstanceTypeUpdate.StrategyName;

    private static readonly Entry[] All =
    [
        new(
            Ec2InstanceTypeUpdate.StrategyName,
            Ec2InstanceTypeUpdate.Words,
            (state, parts) => new Ec2InstanceTypeUpdate(parts.Instances, state.TakesBack ? null : state.TargetInstanceType)),
        new(
            Ec2InstanceRestart.StrategyName,
            Ec2InstanceRestart.Words,
            (state, parts) => new Ec2InstanceRestart(parts.Instances, RestartOf(state))),
        new(
            SsmCommandUpdate.StrategyName,
            SsmCommandUpdate.Words,
            (state, parts) => new SsmCommandUpdate(parts, state.TargetVersion ?? (parts.Command ?? new CommandSpec()).Target)),
        new(
            ServerVersionUpdate.StrategyName,
            ServerVersionUpdate.Words,
            (state, parts) => new ServerVersionUpdate(parts, state.TargetVersion ?? parts.TargetServerVersion ?? "")),
    ];

    /// <summary>The strategy that a state names.</summary>
    /// <exception cref="RollingUpdateException"><see cref="FailureReason.InvalidInput"/>: there is none of that name.</exception>
    public static IUpdateStrategy Of(ClusterUpdate state, StrategyParts parts) => EntryOf(state) is { } entry
        ? entry.Make(state, parts)
        : throw RollingUpdateException.InvalidInput(
            $"The update strategy '{state.UpdateStrategy}' is not known; there are "
            + $"{string.Join(", ", All[..^1].Select(known => known.Name))} and {All[^1].Name}.");

    /// <summary>What people are told of the strategy that a state names: of none, where there is none of that name.</summary>
    public static StrategyWords WordsOf(ClusterUpdate? state) => EntryOf(state)?.Words ?? new StrategyWords(_ => "change");

    private static Entry? EntryOf(ClusterUpdate? state) => Array.Find(All, known => known.Name == (state?.UpdateStrategy ?? Default));

    private static string RestartOf(ClusterUpdate state) => state.TargetVersion switch
    {
        null => Ec2InstanceRestart.Restarted,
        Ec2InstanceRestart.Restarted or Ec2InstanceRestart.Rebooted => state.TargetVersion,
        var unknown => throw RollingUpdateException.InvalidInput(
            $"The TargetVersion '{unknown}' is none of {Ec2InstanceRestart.StrategyName}; there are {Ec2InstanceRestart.Restarted} and "
            + $"{Ec2InstanceRestart.Rebooted}."),
    };

    private sealed record Entry(string Name, StrategyWords Words, Func<ClusterUpdate, StrategyParts, IUpdateStrategy> Make);
}
