using EsdbRollingAction.Core.Checks;
using EsdbRollingAction.Core.Instances;
using EsdbRollingAction.Core.Updating;

namespace EsdbRollingAction.Core.Strategies;

/// <summary>Gives every node's instance another type. EC2 changes the type of a stopped instance only.</summary>
/// <param name="instances">EC2.</param>
/// <param name="targetType">
/// The type wanted, such as <c>t2.xlarge</c>; null when only nodes with a target of their own are changed.
/// </param>
public sealed class UpdateInstanceTypeStrategy(IInstances instances, string? targetType) : IUpdateStrategy
{
    /// <summary>The name in the input <c>update-strategy</c> and in the state.</summary>
    public const string StrategyName = "Ec2InstanceTypeUpdate";

    /// <inheritdoc/>
    public string Name => StrategyName;

    /// <inheritdoc/>
    public IEnumerable<Check> Check(CheckedNode node, InstanceFacts facts) => TargetTypeChecks.Of(node, facts);

    /// <inheritdoc/>
    public NodeUpdate WithSeen(NodeUpdate node, Instance instance, DateTimeOffset now)
    {
        var type = Pace.IsRecent(node.ChangeRequestedAt, Pace.ReadsMayBeStale, now) ? WantedType(node) ?? instance.Type : instance.Type;
        return node.OriginalInstanceType is not null && node.CurrentInstanceType == type
            ? node
            : node with { OriginalInstanceType = node.OriginalInstanceType ?? instance.Type, CurrentInstanceType = type };
    }

    /// <inheritdoc/>
    public bool IsAsWanted(NodeUpdate node, Instance instance) =>
        WantedType(node) is not { } wanted || string.Equals(instance.Type, wanted, StringComparison.Ordinal);

    /// <inheritdoc/>
    public string Describe(NodeUpdate node, Instance instance) => $"{instance.Type} → {WantedType(node)}";

    /// <inheritdoc/>
    public Task ApplyAsync(NodeUpdate node, CancellationToken cancellationToken) =>
        instances.SetTypeAsync(node.Ec2InstanceId!, WantedType(node)!, cancellationToken);

    private string? WantedType(NodeUpdate node) => node.IsRollingBack ? node.OriginalInstanceType : node.TargetInstanceType ?? targetType;
}
