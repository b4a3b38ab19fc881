using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Instances;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction;

/// <summary>An instance that is off, as far as is known.</summary>
/// <param name="Node">Its node.</param>
/// <param name="How">What is known, such as <c>is stopped (seen at 03:31:05Z)</c>.</param>
internal sealed record InstanceOff(NodeUpdate Node, string How)
{
    public string Id => Node.Ec2InstanceId!;
}

/// <summary>
/// Which instances a run leaves off, what that means for the cluster, and what starts them: one model for all that people read. It
/// knows no more than what was last looked at and what EC2 accepted since, and says so.
/// </summary>
internal sealed class InstancesOff
{
    private readonly IReadOnlyList<InstanceOff> all;
    private readonly int voters;
    private readonly string? region;

    private InstancesOff(IReadOnlyList<InstanceOff> all, int voters, string? region)
    {
        (this.all, this.voters, this.region) = (all, voters, region);
    }

    public bool Any => all.Count > 0;

    /// <summary>The ids, for people.</summary>
    public string Ids => string.Join(" and ", all.Select(off => off.Id));

    /// <summary>Which are off, and on how many voters the cluster runs meanwhile.</summary>
    public string Sentences => $"{string.Join(" and ", all.Select(off => $"{off.Id} of {off.Node.NodeName} {off.How}"))}. {Voters}";

    /// <summary>What starts them. A state is input: only an id of an instance may get into a command that somebody copies.</summary>
    public string Command =>
        $"aws ec2 start-instances {InRegion}--instance-ids {string.Join(' ', all.Select(off => off.Id).Where(IsWord))}";

    private string InRegion => IsWord(region) ? $"--region {region} " : "";

    private static bool IsWord(string? text) =>
        text is { Length: > 0 } && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '-');

    /// <summary>Who starts them, or what: a reader must not wait for somebody who never comes.</summary>
    public string WhatStartsThem(RunReport report) => report switch
    {
        { IsToBringBack: true, WorkflowRun: not null } =>
            $"The action's next step, Bring the node back, starts {Them}. If that step does not run: {Command}",
        { End.Reason: FailureReason.TakenOver or FailureReason.Locked } =>
            $"The other run brings {Them} back. If that has ended: {Command}",
        { End: null } => $"If nothing more is heard of this run: {Command}",
        { Mode: Mode.Step, End.ExitCode: ExitCode.Done } => "The next step goes on with that.",
        _ => $"To start {Them} without a change: {Command}",
    };

    private string Them => all.Count == 1 ? "it" : "them";

    /// <param name="report">The run, as it is now or as it ended.</param>
    public static InstancesOff Of(RunReport report)
    {
        var nodes = report.State?.EventStoreNodeUpdates ?? [];
        var off = nodes.Where(node => node.Ec2InstanceId is not null)
            .Select(node => (Node: node, How: How(node, report.State!.LastIterationAt, report.At)))
            .Where(node => node.How is not null)
            .Select(node => new InstanceOff(node.Node, node.How!));
        return new InstancesOff([.. off], nodes.Count(IsVoter), report.Region);
    }

    private string Voters => all.Count(off => IsVoter(off.Node)) switch
    {
        0 => "No voter's instance is off.",
        var down => $"The cluster runs on {voters - down} of {voters} voters until {(all.Count == 1 ? "it is" : "they are")} back.",
    };

    private static bool IsVoter(NodeUpdate node) => node.NodeType != NodeType.ReadOnlyReplica;

    /// <summary>What is known of an instance that is off; null for one that is on or was started since.</summary>
    private static string? How(NodeUpdate node, DateTimeOffset? looked, DateTimeOffset now) => node.CurrentInstanceState switch
    {
        _ when WasStartedSince(node, looked) => null,
        InstanceState.Stopped => $"is stopped{(looked is { } at ? $" (seen at {Clock(at, now)})" : "")}",
        InstanceState.Stopping => $"was stopping when last seen{(looked is { } at ? $" at {Clock(at, now)}" : "")}",
        InstanceState.Terminated or InstanceState.ShuttingDown => null,
        _ when MayHaveStopped(node, looked) => $"was asked to stop at {Clock(node.StopRequestedAt!.Value, now)}",
        _ when IsAboutToStop(node, looked) => "may have been asked to stop, and EC2's answer is missing",
        _ => null,
    };

    /// <summary>A look a moment after the start may still show it off.</summary>
    private static bool WasStartedSince(NodeUpdate node, DateTimeOffset? looked) =>
        node.StartRequestedAt is { } started && MayNotShow(started, looked);

    private static bool MayHaveStopped(NodeUpdate node, DateTimeOffset? looked) =>
        node is { StartRequestedAt: null, StopRequestedAt: { } asked } && (node.CurrentInstanceState is null || MayNotShow(asked, looked));

    private static bool IsAboutToStop(NodeUpdate node, DateTimeOffset? looked) =>
        node is { StartRequestedAt: null, NodeUpdateStatus: UpdateStatus.InProgress, Phase: NodePhase.Stopping }
        && !(node.StopRequestedAt is { } asked && !MayNotShow(asked, looked));

    private static bool MayNotShow(DateTimeOffset asked, DateTimeOffset? looked) =>
        looked is not { } at || at - asked < Timings.ReadConsistency;

    private static string Clock(DateTimeOffset at, DateTimeOffset now) =>
        at.UtcDateTime.Date == now.UtcDateTime.Date ? $"{at.UtcDateTime:HH:mm:ss}Z" : $"{at.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z";
}
