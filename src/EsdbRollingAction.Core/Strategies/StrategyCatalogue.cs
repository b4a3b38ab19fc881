using EsdbRollingAction.Core.Instances;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Core.Strategies;

/// <summary>The strategies that there are, by the name in the input <c>update-strategy</c>.</summary>
public static class StrategyCatalogue
{
    /// <summary>The strategy when neither the inputs nor the state name one.</summary>
    public const string Default = Ec2InstanceTypeUpdate.StrategyName;

    private static readonly Dictionary<string, Func<IInstances, ClusterUpdate, IUpdateStrategy>> All = new(StringComparer.Ordinal)
    {
        [Ec2InstanceTypeUpdate.StrategyName] = (instances, state) => new Ec2InstanceTypeUpdate(instances, state.TakesBack ? null : state.TargetInstanceType),
    };

    /// <summary>The strategy that a state names.</summary>
    /// <exception cref="RollingUpdateException"><see cref="FailureReason.InvalidInput"/>: there is none of that name.</exception>
    public static IUpdateStrategy Of(ClusterUpdate state, IInstances instances) =>
        All.TryGetValue(state.UpdateStrategy ?? Default, out var make)
            ? make(instances, state)
            : throw new RollingUpdateException(
                FailureReason.InvalidInput,
                $"The update strategy '{state.UpdateStrategy}' is not known; there is {string.Join(", ", All.Keys)}. Nothing was changed.");
}
