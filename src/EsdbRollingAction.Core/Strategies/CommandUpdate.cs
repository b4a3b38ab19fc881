using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.Ssm;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Core.Strategies;

/// <summary>A change that a document of Systems Manager makes on every node. What it is rolled to is the strategy's.</summary>
public abstract class CommandUpdate : IUpdateStrategy
{
    /// <summary>The version of a node on which it was begun, and is not known to have succeeded.</summary>
    public const string Begun = "begun";

    private readonly CommandChecks checks;
    private readonly CommandHistory history;

    /// <summary>Puts it together.</summary>
    /// <param name="parts">What it acts on, and what it runs.</param>
    /// <param name="target">The version that every node shall have.</param>
    /// <param name="key">What tells its commands from another change's: ends with <c>@</c> and a digest.</param>
    /// <param name="after">What follows the command, and its reboot.</param>
    private protected CommandUpdate(StrategyParts parts, string target, string key, params ChangeStep[] after)
    {
        TargetVersion = target;
        Parts = parts;
        Spec = parts.Command ?? new CommandSpec();
        checks = new CommandChecks(parts.Commands, Spec, parts.Time);
        history = new CommandHistory(parts.Commands, key, Spec.TellsPendingReboot);
        var end = new EndBeforeRollbackStep(parts.Commands, history);
        ChangeStep[] reboot = Spec switch
        {
            { RebootAfter: false } => [],
            { TellsPendingReboot: true } => [new RebootAfterPatchesStep(parts.Instances)],
            _ => [new RebootStep(parts.Instances, isStoppedUnlessBack: false)],
        };
        Steps = [end, new RunCommandStep(parts.Commands, key, Spec), .. reboot, .. after];
        Rescue =
        [
            new CancelCommandStep(parts.Commands, history) { IsOptional = true },
            new StartUnitStep(parts.Commands, key) { IsOptional = true },
            new RescueRebootStep(parts.Instances) { IsOptional = true },
        ];
    }

    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <inheritdoc/>
    public string TargetVersion { get; }

    /// <inheritdoc/>
    public virtual bool KeepsOldLeader => false;

    /// <inheritdoc/>
    public virtual bool RunsOldVersion(NodeView node) => !node.IsAsWanted;

    /// <inheritdoc/>
    public virtual bool CanUndo(NodeUpdate node) => Spec.RollbackParameters is not null;

    /// <inheritdoc/>
    public PlannedCalls Calls => new(Reboots: Spec.RebootAfter) { StopsInstances = false, TakesDown = false };

    /// <inheritdoc/>
    public IReadOnlyList<ChangeStep> Steps { get; }

    /// <inheritdoc/>
    public IReadOnlyList<ChangeStep> Rescue { get; }

    /// <summary>What it acts on.</summary>
    private protected StrategyParts Parts { get; }

    /// <summary>What is run.</summary>
    private protected CommandSpec Spec { get; }

    /// <inheritdoc/>
    public abstract string? VersionOf(NodeUpdate node, SeenNode seen);

    /// <inheritdoc/>
    public Task<CommandsSeen> ReadAsync(ClusterUpdate state, SeenWorld world, CancellationToken cancellationToken) =>
        history.ReadAsync(state, world, cancellationToken);

    /// <inheritdoc/>
    public virtual async Task<CheckedChange> CheckAsync(
        IReadOnlyList<CheckedNode> nodes, InstanceFacts facts, CancellationToken cancellationToken)
    {
        var (rows, document) = await checks.MakeAsync(nodes, cancellationToken);
        return new CheckedChange(rows) { DocumentVersion = document?.Version is { Length: > 0 } version ? version : null };
    }

    /// <inheritdoc/>
    public ClusterUpdate Planned(ClusterUpdate state, CheckedChange change) => state with
    {
        DocumentVersion = change.DocumentVersion ?? state.DocumentVersion ?? Spec.Version,
        CommandDigest = CommandSpec.DigestOf($"{Spec.Target}\n{Spec.RollbackParameters}"),
    };

    /// <summary>
    /// How far the commands of the present try are on a node; null where there are none. What is taken back may be the change of a try
    /// before it, when the command that does so was never delivered.
    /// </summary>
    private protected static (CommandProgress? Change, CommandProgress? Rollback) ProgressOn(NodeUpdate node, SeenNode seen)
    {
        List<NodeCommand> sent = [.. seen.Commands.Where(one => one.Try == node.CommandRetries + 1)];
        var changes = node.IsRollingBack ? seen.Commands : sent;
        return (changes.LastOrDefault(one => one.IsChange)?.Outcome.Progress, sent.FindLast(one => one.IsRollback)?.Outcome.Progress);
    }

    /// <summary>
    /// Whether the machine was rebooted after its command, where that is asked for. A start counts where it followed the reboot: one before
    /// it may have been before the command, too.
    /// </summary>
    /// <returns>Null while nobody can tell.</returns>
    private protected bool? HasRebooted(NodeUpdate node, SeenNode seen) =>
        !Spec.RebootAfter
        || RebootAfterPatchesStep.IsNotNeeded(node, seen.Commands)
        || node is { StartRequestedAt: not null, LastChangeAt: not null }
            ? true
            : RebootStep.HasHappened(node, seen);
}
