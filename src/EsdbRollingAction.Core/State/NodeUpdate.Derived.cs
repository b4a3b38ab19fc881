using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Ssm;

namespace EsdbRollingAction.Core.State;

/// <content>What follows from the fields, and the ways to another entry.</content>
public sealed partial record NodeUpdate
{
    /// <summary>Where the node answers.</summary>
    public NodeEndpoint Endpoint => new(NodeAddress, NodePort);

    /// <summary>Its version when last observed, in the word of the strategy.</summary>
    public string? Version => CurrentVersion ?? CurrentInstanceType;

    /// <summary>Its version before this update touched it.</summary>
    public string? VersionBefore => OriginalVersion ?? OriginalInstanceType;

    /// <summary>When EC2 accepted the last change or reboot, of this attempt or of one before it.</summary>
    public DateTimeOffset? LastChangeAt => ChangeRequestedAt ?? EarlierChangeAt;

    /// <summary>
    /// How many iterations count towards its limit. Who sets <see cref="UpdateIterations"/> back by hand sets this back too.
    /// </summary>
    public int TowardsLimit => Math.Min(IterationsTowardsLimit ?? UpdateIterations, UpdateIterations);

    /// <summary>The node with one iteration more.</summary>
    /// <param name="sparesTheLimit">Whether it does not count towards the limit.</param>
    public NodeUpdate Counting(bool sparesTheLimit = false) => this with
    {
        UpdateIterations = UpdateIterations + 1,
        IterationsTowardsLimit = TowardsLimit + (sparesTheLimit ? 0 : 1),
    };

    /// <summary>Whether EC2 or Systems Manager was asked to take it down, and it was not made fresh since.</summary>
    public bool WasTakenDown => (StopRequestedAt ?? ChangeRequestedAt) is not null || CommandRequests.Count > 0;

    /// <summary>Whether EC2 or Systems Manager was asked to take it down or to bring it up, and it was not made fresh since.</summary>
    public bool WasTouched => WasTakenDown || StartRequestedAt is not null;

    /// <summary>Whether EC2 accepted a change of it while it was on.</summary>
    private bool WasRebooted => StopRequestedAt is null && LastChangeAt is not null && ChangeRequestedTo is null;

    /// <summary>When this was asked of Systems Manager, or null.</summary>
    public DateTimeOffset? RequestedAt(string word) => CommandRequests.LastOrDefault(request => request.Word == word)?.At;

    /// <summary>The commands that were asked for and do not show yet: they may run all the same.</summary>
    public IEnumerable<CommandRequest> Hidden(IReadOnlyList<NodeCommand> shown, DateTimeOffset now) => CommandRequests
        .Where(request => request.IsOfACommand && Timings.IsRecent(request.At, Timings.CommandConsistency, now))
        .Where(request => !shown.Any(one => one.Word == request.Word));

    /// <summary>The node once this was asked of Systems Manager.</summary>
    public NodeUpdate Requested(string word, DateTimeOffset now) => this with
    {
        CommandRequests = [.. CommandRequests, new CommandRequest(word, now)],
    };

    /// <summary>
    /// The node with what was read of its commands, also of those that a run before this one sent, whose state is lost. It was begun:
    /// pending it would be tried again.
    /// </summary>
    public NodeUpdate Having(IReadOnlyList<NodeCommand> sent, DateTimeOffset now)
    {
        var adopted = sent
            .Where(one => one.Try > CommandRetries && RequestedAt(one.Word) is null)
            .Aggregate(this, (node, one) => node.Requested(one.Word, one.RequestedAt) with
            {
                CommandRetries = one.Try - 1,
                NodeUpdateStatus = node.NodeUpdateStatus is UpdateStatus.Pending ? UpdateStatus.InProgress : node.NodeUpdateStatus,
            });
        var known = adopted with
        {
            CommandRequests = [.. adopted.CommandRequests.Select(request => As(request, sent, now))],
        };
        return known.WasTakenBack(sent) ? known.WithNextCommand() : known;
    }

    /// <summary>A try that a run whose state is lost has taken back is over: the node is tried anew, with a number of its own.</summary>
    private bool WasTakenBack(IReadOnlyList<NodeCommand> sent) => !IsRollingBack && sent.Any(one =>
        one is { IsRollback: true, Outcome.Progress: CommandProgress.Succeeded } && one.Try == CommandRetries + 1);

    /// <summary>The node that failed, with something else that went wrong.</summary>
    public NodeUpdate SayingToo(string why) => this with { FailureMessage = Sentence.JoinOnce(FailureMessage, why) };

    /// <summary>The node for which whatever was asked of Systems Manager is asked again.</summary>
    public NodeUpdate WithNextCommand() => CommandRequests.Count == 0 ? this : this with
    {
        CommandRequests = [],
        CommandRetries = CommandRetries + 1,
        CurrentVersion = null,
    };

    /// <summary>The node to be tried again. A command that succeeded on it is not what failed.</summary>
    public NodeUpdate Again()
    {
        var last = CommandRequests.LastOrDefault(request => request.IsOfAChange);
        var isStillGood = FailureReason is not Core.FailureReason.ChangeFailed && last is { IsOfARollback: false, Status: "Success" };
        return isStillGood ? Fresh() with { CommandRequests = [last!] } : Fresh().WithNextCommand();
    }

    private static CommandRequest As(CommandRequest request, IReadOnlyList<NodeCommand> sent, DateTimeOffset now) =>
        sent.LastOrDefault(one => one.Word == request.Word)?.Outcome is not { } outcome ? request : request with
        {
            Status = outcome.Status,
            EndedAt = outcome.HasEnded ? request.EndedAt ?? now : null,
        };

    /// <summary>How long the node was worked on; the time between runs does not count.</summary>
    public TimeSpan Worked(DateTimeOffset now) => PhaseSpan.Sum(Phases, FinishedAt ?? now);

    /// <summary>How long something was done for it: waits for a rule and the bake do not count.</summary>
    public TimeSpan Busy(DateTimeOffset now) => PhaseSpan.Sum(
        Phases.Where(span => span.Phase is not (nameof(NodePhase.Waiting) or nameof(NodePhase.Baking))), FinishedAt ?? now);

    /// <summary>Whether the node goes back to its original type.</summary>
    public bool IsRollingBack => RollBackReason is not null;

    /// <summary>Whether nothing is left to do for it.</summary>
    public bool IsDone => NodeUpdateStatus is UpdateStatus.Success or UpdateStatus.Failed;

    /// <summary>Whether it was taken down or goes back: it is left to no other run.</summary>
    public bool IsInWork => IsRollingBack || WasTakenDown;

    private bool IsLowered => CurrentNodePriority < OriginalNodePriority;

    /// <summary>Whether it is finished though the time is short: it is in work, or in the middle of a hand-over.</summary>
    public bool IsToBeFinished(DateTimeOffset now) =>
        IsInWork || IsLowered || Timings.IsRecent(ResignRequestedAt, Timings.FormerLeaderComesBack, now);

    /// <summary>Whether something was done to it that is not left so, or may have been: the last act may have been heard.</summary>
    public bool HasBegun => IsInWork || IsLowered || ResignRequestedAt is not null
        || (NodeUpdateStatus is UpdateStatus.InProgress && Phase is not (NodePhase.Pending or NodePhase.Waiting));

    /// <summary>The phase it was last put in; <see cref="NodePhase.Pending"/> when the text is none.</summary>
    public NodePhase Phase => Enum.TryParse<NodePhase>(NodeUpdateStatusDetail, out var phase) ? phase : NodePhase.Pending;

    /// <summary>Whether its instance was last seen stopping, changing or starting, or the node catching up.</summary>
    public bool IsOnItsWay => NodeUpdateStatus is UpdateStatus.InProgress
        && Phase is NodePhase.Stopping or NodePhase.Changing or NodePhase.Starting or NodePhase.CatchingUp;

    /// <summary>The node in this phase; the clock of the phase starts when it is a new one.</summary>
    public NodeUpdate InPhase(NodePhase phase, string? waitingFor, DateTimeOffset now, string? rule = null) => this with
    {
        Phases = PhaseSpan.Enter(Phases, new PhaseSpan { Phase = phase.ToString(), Since = now, WaitingFor = waitingFor, Rule = rule }),
        NodeUpdateStatusDetail = phase.ToString(),
        PhaseSince = NodeUpdateStatusDetail == phase.ToString() ? PhaseSince ?? now : now,
        WaitingFor = waitingFor,
    };

    /// <summary>The node once its stop is asked for. One that may have been heard counts as accepted.</summary>
    public NodeUpdate Stopping(DateTimeOffset now) => this with
    {
        StopRequestedAt = now,
        NoCapacitySince = null,
        EarlierChangeAt = LastChangeAt,
        ChangeRequestedAt = null,
        StartRequestedAt = null,
    };

    /// <summary>The node once its change of type was accepted. EC2 starts it afresh, with the CPU options of its new type.</summary>
    public NodeUpdate Changing(string type, DateTimeOffset now) => this with
    {
        ChangeRequestedAt = now,
        ChangeRequestedTo = type,
        StartRequestedAt = null,
        StartRequests = 0,
        CpuOptionsTried = false,
    };

    /// <summary>The node without what was asked of EC2's capacity. Which reservation it was stays: it may have to be given back.</summary>
    public NodeUpdate AskingForCapacityAnew() =>
        this with { CapacityReservedAt = null, CapacityUntil = null, CapacityRetries = 0, CapacityWaived = null };

    /// <summary>The node once its reboot was accepted. What was asked of its instance before says nothing any more.</summary>
    public NodeUpdate Rebooting(DateTimeOffset now) =>
        this with { ChangeRequestedAt = now, StopRequestedAt = null, StartRequestedAt = null, StartRequests = 0 };

    /// <summary>The node once its start was accepted.</summary>
    public NodeUpdate Starting(bool isLast, DateTimeOffset now) => this with
    {
        StartRequestedAt = now,
        StartRequests = StartRequests + 1,
        NoCapacitySince = null,
        LastStartTried = isLast,
    };

    /// <summary>The node with the version that it was observed to have. The first one is what it was before the update.</summary>
    public NodeUpdate WithVersion(string? version)
    {
        var current = version == CurrentInstanceType ? null : version;
        return this with
        {
            CurrentVersion = current,
            OriginalVersion = OriginalVersion ?? current,
            OriginalInstanceType = OriginalInstanceType ?? CurrentInstanceType,
        };
    }

    /// <summary>
    /// The node as if it had never been begun: what it was before, and nothing of what was tried. What EC2 accepted a moment ago is so
    /// all the same, whatever an older read shows.
    /// </summary>
    public NodeUpdate Fresh() => new()
    {
        EarlierChangeAt = LastChangeAt,
        ChangeRequestedTo = ChangeRequestedTo,
        CommandRequests = CommandRequests,
        CommandRetries = CommandRetries,
        EventStoreInstanceIdBeforeStop = WasRebooted ? EventStoreInstanceIdBeforeStop : null,
        NodeName = NodeName,
        NodeUpdateStatusDetail = nameof(NodePhase.Pending),
        NodeType = NodeType,
        NodeAddress = NodeAddress,
        NodePort = NodePort,
        Ec2InstanceId = Ec2InstanceId,
        OriginalNodePriority = OriginalNodePriority,
        CurrentNodePriority = CurrentNodePriority,
        OriginalInstanceType = OriginalInstanceType,
        OriginalVersion = OriginalVersion,
        CurrentVersion = CurrentVersion,
        OriginalCpuOptions = OriginalCpuOptions,
        CurrentInstanceType = CurrentInstanceType,
        CurrentInstanceState = CurrentInstanceState,
        TargetInstanceType = TargetInstanceType,
        OriginalNodeType = OriginalNodeType,
        Phases = Phases,
        UnknownFields = UnknownFields,
    };
}
