using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Core.Strategies;

/// <summary>The strategies that there are, by the name in the input <c>update-strategy</c>.</summary>
public static class StrategyCatalogue
{
    /// <summary>The strategy when neither the inputs nor the state name one.</summary>
    public const string Default = Ec2InstanceTypeUpdate.StrategyName;

    /// <summary>The strategy that a state names.</summary>
    /// <exception cref="RollingUpdateException"><see cref="FailureReason.InvalidInput"/>: there is none of that name.</exception>
    public static IUpdateStrategy Of(ClusterUpdate state, IInstances instances) => (state.UpdateStrategy ?? Default) switch
    {
        Ec2InstanceTypeUpdate.StrategyName => new Ec2InstanceTypeUpdate(instances, state.TakesBack ? null : state.TargetInstanceType),
        var unknown => throw RollingUpdateException.InvalidInput(
            $"The update strategy '{unknown}' is not known; there is {Ec2InstanceTypeUpdate.StrategyName}."),
    };
}
