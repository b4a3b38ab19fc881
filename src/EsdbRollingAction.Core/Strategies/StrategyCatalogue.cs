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

    /// <summary>The strategy that a state names.</summary>
    /// <exception cref="RollingUpdateException"><see cref="FailureReason.InvalidInput"/>: there is none of that name.</exception>
    public static IUpdateStrategy Of(ClusterUpdate state, StrategyParts parts) => (state.UpdateStrategy ?? Default) switch
    {
        Ec2InstanceTypeUpdate.StrategyName => new Ec2InstanceTypeUpdate(parts.Instances, state.TakesBack ? null : state.TargetInstanceType),
        Ec2InstanceRestart.StrategyName => new Ec2InstanceRestart(parts.Instances, RestartOf(state)),
        SsmCommandUpdate.StrategyName => new SsmCommandUpdate(parts, state.TargetVersion ?? (parts.Command ?? new CommandSpec()).Target),
        ServerVersionUpdate.StrategyName => new ServerVersionUpdate(parts, state.TargetVersion ?? parts.TargetServerVersion ?? ""),
        var unknown => throw RollingUpdateException.InvalidInput(
            $"The update strategy '{unknown}' is not known; there are {Ec2InstanceTypeUpdate.StrategyName}, "
            + $"{Ec2InstanceRestart.StrategyName}, {SsmCommandUpdate.StrategyName} and {ServerVersionUpdate.StrategyName}."),
    };

    private static string RestartOf(ClusterUpdate state) => state.TargetVersion switch
    {
        null => Ec2InstanceRestart.Restarted,
        Ec2InstanceRestart.Restarted or Ec2InstanceRestart.Rebooted => state.TargetVersion,
        var unknown => throw RollingUpdateException.InvalidInput(
            $"The TargetVersion '{unknown}' is none of {Ec2InstanceRestart.StrategyName}; there are {Ec2InstanceRestart.Restarted} and "
            + $"{Ec2InstanceRestart.Rebooted}."),
    };
}
