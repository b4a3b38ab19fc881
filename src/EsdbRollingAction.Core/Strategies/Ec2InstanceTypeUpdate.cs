using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Core.Strategies;

/// <summary>Gives every node's instance another type. EC2 changes the type of a stopped instance only.</summary>
/// <param name="instances">EC2.</param>
/// <param name="target">The type wanted, such as <c>t2.xlarge</c>; null when only nodes with a target of their own are changed.</param>
public sealed class Ec2InstanceTypeUpdate(IInstances instances, string? target) : IUpdateStrategy
{
    /// <summary>The name in the input <c>update-strategy</c> and in the state.</summary>
    public const string StrategyName = "Ec2InstanceTypeUpdate";

    /// <inheritdoc/>
    public string Name => StrategyName;

    /// <inheritdoc/>
    public bool CanUndo => true;

    /// <inheritdoc/>
    public IReadOnlyList<ChangeStep> Steps { get; } =
    [
        new StopStep(instances),
        new SetTypeStep(instances, target),
        new RestoreCpuOptionsStep(instances) { IsOptional = true },
        new StartStep(instances),
    ];

    /// <inheritdoc/>
    public string? TargetVersion => null;

    /// <inheritdoc/>
    public PlannedCalls Calls => new(ChangesType: true);

    /// <inheritdoc/>
    public string? VersionOf(NodeUpdate node, Instance instance, GossipMember? own, DateTimeOffset now) => node.CurrentInstanceType;

    /// <inheritdoc/>
    public string? TargetOf(NodeUpdate node) => node.TargetInstanceType ?? target;

    /// <inheritdoc/>
    public IEnumerable<Check> Check(CheckedNode node, InstanceFacts facts) => TargetTypeChecks.Of(node, facts);

    private sealed class SetTypeStep(IInstances instances, string? target) : ChangeStep(NodePhase.Changing)
    {
        public override StepProgress ProgressOf(NodeView node) => node.IsAsWanted ? StepProgress.Done : StepProgress.NotBegun;

        public override string? TypeAfter(NodeView node) => node.Wanted;

        public override string Describe(NodeView node) => $"{node.InstanceId}: {node.Version} → {node.Wanted}";

        public override Task DoAsync(NodeUpdate node, CancellationToken cancellationToken)
        {
            var type = node.IsRollingBack ? node.OriginalInstanceType : node.TargetInstanceType ?? target;
            return instances.SetTypeAsync(node.Ec2InstanceId!, type!, cancellationToken);
        }
    }

    /// <summary>EC2 forgets CPU options that somebody had set when the type changes: with the old type they come back.</summary>
    private sealed class RestoreCpuOptionsStep(IInstances instances) : ChangeStep(NodePhase.Changing)
    {
        public override StepProgress ProgressOf(NodeView node) => node.Entry switch
        {
            { OriginalCpuOptions: null } or { CpuOptionsTried: true } or { ChangeRequestedAt: null } => StepProgress.Done,
            { OriginalCpuOptions.InstanceType: var type } when type != node.Wanted => StepProgress.Done,
            _ => node.Instance is { State: InstanceState.Stopped } ? StepProgress.NotBegun : StepProgress.Done,
        };

        public override NodeUpdate Tried(NodeUpdate node) => node with { CpuOptionsTried = true };

        public override string Describe(NodeView node) => $"{node.InstanceId}: CPU options back to {OptionsOf(node.Entry)}";

        public override Task DoAsync(NodeUpdate node, CancellationToken cancellationToken) =>
            instances.SetCpuOptionsAsync(node.Ec2InstanceId!, OptionsOf(node), cancellationToken);

        private static CpuLayout OptionsOf(NodeUpdate node) =>
            new(node.OriginalCpuOptions!.CoreCount, node.OriginalCpuOptions.ThreadsPerCore);
    }
}
