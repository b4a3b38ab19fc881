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

    /// <summary>What people are told of it.</summary>
    public static StrategyWords Words { get; } = new(type => $"stop, change to {type}, start")
    {
        Mixed = "The cluster has instances of two types, bears what the smaller ones bear, and can stay so for as long as you like.",
    };

    /// <inheritdoc/>
    public string Name => StrategyName;

    /// <inheritdoc/>
    public bool CanUndo(NodeUpdate node) => true;

    /// <inheritdoc/>
    public IReadOnlyList<ChangeStep> Steps { get; } =
    [
        new StopStep(instances),
        new SetTypeStep(instances, target),
        new RestoreCpuOptionsStep(instances) { IsOptional = true },
    ];

    /// <inheritdoc/>
    public string? TargetVersion => null;

    /// <inheritdoc/>
    public PlannedCalls Calls => new(ChangesType: true);

    /// <inheritdoc/>
    public string? VersionOf(NodeUpdate node, SeenNode seen) => node.CurrentInstanceType;

    /// <inheritdoc/>
    public string? TargetOf(NodeUpdate node) => node.TargetInstanceType ?? target;

    /// <inheritdoc/>
    public Task<CheckedChange> CheckAsync(IReadOnlyList<CheckedNode> nodes, InstanceFacts facts, CancellationToken cancellationToken) =>
        Task.FromResult(new CheckedChange([.. CheckRows.Of(nodes, node => TargetTypeChecks.Of(node, facts))]));

    private sealed class SetTypeStep(IInstances instances, string? target) : ChangeStep(NodePhase.Changing)
    {
        public override StepProgress ProgressOf(NodeView node) => node.IsAsWanted ? StepProgress.Done : StepProgress.NotBegun;

        public override string Describe(NodeView node) => $"{node.InstanceId}: {node.Version} → {node.Wanted}";

        public override NodeUpdate Accepted(NodeUpdate node, DateTimeOffset now) => node.Changing(TypeOf(node), now);

        public override Task DoAsync(NodeUpdate node, ClusterUpdate state, CancellationToken cancellationToken) =>
            instances.SetTypeAsync(node.Ec2InstanceId!, TypeOf(node), cancellationToken);

        private string TypeOf(NodeUpdate node) =>
            (node.IsRollingBack ? node.OriginalInstanceType : node.TargetInstanceType ?? target)!;
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

        public override NodeUpdate Accepted(NodeUpdate node, DateTimeOffset now) => node with { CpuOptionsTried = true };

        public override NodeUpdate Without(NodeUpdate node, string why) => node.IsRollingBack
            ? node with { RollBackReason = $"{node.RollBackReason} It is started with the default CPU options: {why}" }
            : node;

        public override string Describe(NodeView node) => $"{node.InstanceId}: CPU options back to {OptionsOf(node.Entry)}";

        public override Task DoAsync(NodeUpdate node, ClusterUpdate state, CancellationToken cancellationToken) =>
            instances.SetCpuOptionsAsync(node.Ec2InstanceId!, OptionsOf(node), cancellationToken);

        private static CpuLayout OptionsOf(NodeUpdate node) =>
            new(node.OriginalCpuOptions!.CoreCount, node.OriginalCpuOptions.ThreadsPerCore);
    }
}
