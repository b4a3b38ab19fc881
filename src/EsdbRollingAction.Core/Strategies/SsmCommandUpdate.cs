using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.Ssm;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Core.Strategies;

/// <summary>Runs a document of Systems Manager on every node: patches, a setting, another version of whatever is installed.</summary>
public sealed class SsmCommandUpdate : IUpdateStrategy
{
    /// <summary>The name in the input <c>update-strategy</c> and in the state.</summary>
    public const string StrategyName = "SsmCommandUpdate";

    /// <summary>The version of a node on which the command was not run.</summary>
    public const string NotRun = "not-run";

    /// <summary>The version of a node on which it was begun, and is not known to have succeeded.</summary>
    public const string Begun = "begun";

    private readonly CommandSpec spec;
    private readonly string target;
    private readonly CommandHistory history;
    private readonly CommandSender sender;
    private readonly CommandChecks checks;
    private readonly RunCommandStep run;

    /// <summary>Puts it together.</summary>
    /// <param name="parts">What it acts on, and what it runs.</param>
    /// <param name="state">The state that a run begins with.</param>
    public SsmCommandUpdate(StrategyParts parts, ClusterUpdate state)
    {
        spec = parts.Command ?? new CommandSpec();
        target = state.TargetVersion ?? spec.Target;
        history = new CommandHistory(parts.Commands, target);
        sender = new CommandSender(parts.Commands, target);
        checks = new CommandChecks(parts.Commands, spec, parts.Time);
        run = new RunCommandStep(sender, spec) { Version = state.DocumentVersion ?? spec.Version };
        var end = new EndBeforeRollbackStep(parts.Commands, history);
        Steps = spec.RebootAfter ? [end, run, .. RebootStep.AndRescue(parts.Instances)] : [end, run];
        Rescue =
        [
            new CancelCommandStep(parts.Commands, history) { IsOptional = true },
            new StartUnitStep(sender) { IsOptional = true },
            new RescueRebootStep(parts.Instances) { IsOptional = true },
        ];
    }

    /// <inheritdoc/>
    public string Name => StrategyName;

    /// <inheritdoc/>
    public string? TargetVersion => target;

    /// <inheritdoc/>
    public bool CanUndo => spec.RollbackParameters is not null;

    /// <inheritdoc/>
    public PlannedCalls Calls => new(Reboots: spec.RebootAfter) { StopsInstances = false };

    /// <inheritdoc/>
    public IReadOnlyList<ChangeStep> Steps { get; }

    /// <inheritdoc/>
    public IReadOnlyList<ChangeStep> Rescue { get; }

    /// <inheritdoc/>
    public string? TargetOf(NodeUpdate node) => target;

    /// <inheritdoc/>
    public string? VersionOf(NodeUpdate node, SeenNode seen)
    {
        List<NodeCommand> sent = [.. seen.Commands.Where(one => one.Try == node.CommandRetries + 1)];
        var change = sent.FindLast(one => one.IsChange)?.Outcome.Progress;
        return sent.FindLast(one => one.IsRollback)?.Outcome.Progress switch
        {
            CommandProgress.Succeeded => node.OriginalVersion ?? NotRun,
            CommandProgress.Running or CommandProgress.Failed => Begun,
            _ when node.IsRollingBack && node.CommandRequests.Any(request => request.IsOfARollback && IsRecent(request, seen.At)) => Begun,
            _ when node.CurrentVersion == target => target,
            _ when change is CommandProgress.Succeeded => HasRebooted(node, seen) ? target : Begun,
            _ when change is CommandProgress.NeverBegan => NotRun,
            _ => change is null && !IsAwaited(node, seen.At) ? NotRun : Begun,
        };
    }

    /// <inheritdoc/>
    public async Task<CommandsSeen> ReadAsync(
        ClusterUpdate state, IReadOnlyDictionary<string, Instance> instances, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var seen = await history.ReadAsync(state, instances, now, cancellationToken);
        sender.Began = seen.Began;
        return seen;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Check>> CheckAsync(
        IReadOnlyList<CheckedNode> nodes, InstanceFacts facts, CancellationToken cancellationToken)
    {
        var (rows, document) = await checks.MakeAsync(nodes, cancellationToken);
        run.Document = document;
        run.Version = document?.Version is { Length: > 0 } version ? version : run.Version;
        return rows;
    }

    /// <inheritdoc/>
    public ClusterUpdate Planned(ClusterUpdate state) => state with { DocumentVersion = run.Version };

    /// <summary>A start counts where it followed the reboot: one before it may have been before the command, too.</summary>
    private bool HasRebooted(NodeUpdate node, SeenNode seen) =>
        !spec.RebootAfter || node is { StartRequestedAt: not null, LastChangeAt: not null } || RebootStep.HasHappened(node, seen) is true;

    /// <summary>It was asked for and does not show yet.</summary>
    private static bool IsAwaited(NodeUpdate node, DateTimeOffset now) =>
        node.CommandRequests.Any(request => IsRecent(request, now));

    private static bool IsRecent(CommandRequest request, DateTimeOffset now) =>
        Timings.IsRecent(request.At, CommandHistory.ShownWithin, now);
}
