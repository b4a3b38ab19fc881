using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Strategies;

namespace EsdbRollingAction.Endings;

/// <summary>What is asked at night, and what is known.</summary>
/// <param name="Question">A few words.</param>
/// <param name="Text">Whole sentences; nothing where nothing is known.</param>
internal sealed record Answer(string Question, string Text)
{
    private const string Off = "Off now";
    private const string Quorum = "Quorum";

    /// <summary>What the text counts up.</summary>
    public IReadOnlyList<string> Items { get; init; } = [];

    /// <summary>As plain lines, one for each item.</summary>
    public IEnumerable<string> Lines => Items.Select(item => $"- {item}").Prepend($"{Question}: {Text}");

    /// <summary>Whether it tells how the cluster is now.</summary>
    public bool IsAboutNow => Question is Off or Quorum;

    /// <summary>All answers, those first that cannot wait.</summary>
    public static IEnumerable<Answer> All(RunReport report)
    {
        var off = new InstancesOff(report);
        yield return new(Off, off.Any ? off.Sentence : NothingIsOff(report));
        yield return new(Quorum, report.Voters is { } voters ? QuorumText.Of(voters, off, report.At) : "");
        yield return WhatHappened(report);
        yield return new("What happens by itself", string.Join(' ', ByItself(report, off)));
    }

    private static Answer WhatHappened(RunReport report)
    {
        const string question = "What happened";
        return report.End is { Cause.List: { } list }
            ? new(question, list.Heading) { Items = [.. list.Items.Select(Sentence.Ended)] }
            : new(question, report.End is null ? "" : Sentence.Join(report.End.Message, WhyItPaused(report)));
    }

    /// <summary>No more is said than was seen: of every node's instance that it runs.</summary>
    private static string NothingIsOff(RunReport report)
    {
        var isEachOn = report.Nodes.Count > 0
            && report.Nodes.All(node => node.CurrentInstanceState is InstanceState.Running or InstanceState.Pending);
        return report is { Voters: not null, End: not null } && isEachOn ? "No instance is off." : "";
    }

    private static string? WhyItPaused(RunReport report)
    {
        var left = string.Join(", ", report.Nodes.Where(node => !node.IsDone).Select(report.Label));
        return report.Outcome is not RunOutcome.Paused ? null
            : report.BeforeLeader ? $"The leader {left} is left to a run without pause-before-leader"
            : $"This run has updated {report.State!.NodesUpdatedInRun}, as many as max-nodes lets it; "
                + $"{left} {(report.Remaining == 1 ? "is" : "are")} left";
    }

    private static IEnumerable<string> ByItself(RunReport report, InstancesOff off) =>
        ((string[])[WhoGoesOn(report, off), Mixed(report), Lowered(report)]).Where(text => text.Length > 0);

    /// <summary>Who does something next, without anybody's help, and for how long.</summary>
    private static string WhoGoesOn(RunReport report, InstancesOff off) => report switch
    {
        { IsToBringBack: true, WorkflowRun: not null } =>
            $"The action's next step, Bring the node back, {(off.Any ? $"starts {off.Them} unchanged" : "looks after the node in work")} "
            + $"and waits until it answers, for {Recovery.Patience.TotalMinutes:0} min at most.",
        { End.Reason: FailureReason.TakenOver } =>
            $"The other run goes on with this update{(off.Any ? $", and brings {off.Them} back" : "")}.",
        { End.Reason: FailureReason.Locked } =>
            $"The other run goes on{(off.Any ? $", and brings {off.Them} back" : "")}."
            + " Its lease expires a minute after it last renewed it.",
        { Outcome: RunOutcome.StepTaken } =>
            $"The next step goes on from {report.StateFile ?? "the state file"}. The lease expires in a minute, unless that step renews it."
            + string.Concat(report.Nodes.Where(node => node.CapacityReservation is not null && !node.IsDone).Select(Held)),
        { End: null } or { End.Reason: null or FailureReason.InvalidInput, Outcome: not RunOutcome.Paused } => "",
        _ => "Nothing more.",
    };

    private static string Held(NodeUpdate node) =>
        $" {node.CapacityReservation} is held for {node.NodeName}, and billed"
        + (node.CapacityUntil is { } until ? $" until {TimeText.DateAndClock(until)} at the latest." : ".");

    /// <summary>How long a cluster can stay half updated.</summary>
    private static string Mixed(RunReport report) =>
        report is { Outcome: RunOutcome.Paused, Updated: > 0 } ? StrategyCatalogue.WordsOf(report.State).Mixed : "";

    private static string Lowered(RunReport report)
    {
        var lowered = report.Nodes.Where(node => node.CurrentNodePriority < node.OriginalNodePriority).ToList();
        var names = string.Join(" and ", lowered.Select(node =>
            $"{report.Label(node)} keeps priority {node.CurrentNodePriority} instead of {node.OriginalNodePriority}"));
        return lowered.Count == 0 || report.End is null ? "" : $"{names} until a run goes on.";
    }
}
