using EsdbRollingAction.Core;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction;

/// <summary>
/// Which instances a run leaves off, what that means for the cluster, and what starts them: one model for all that people read. It
/// knows no more than what was last looked at and what EC2 accepted since, and says so.
/// </summary>
internal sealed class InstancesOff
{
    private readonly IReadOnlyList<InstanceOff> all;
    private readonly int voters;
    private readonly string? region;

    private InstancesOff(RunReport report)
    {
        var look = new LastLook(report.State?.LastIterationAt, report.At);
        all = [.. report.Nodes.Select(node => InstanceOff.Of(node, look)).OfType<InstanceOff>()];
        voters = report.Nodes.Count(IsVoter);
        region = report.Region;
    }

    public bool Any => all.Count > 0;

    /// <summary>The ids, for people.</summary>
    public string Ids => string.Join(" and ", all.Select(off => off.Id));

    /// <summary>Which are off, and on how many voters the cluster runs meanwhile.</summary>
    public string Sentences
    {
        get
        {
            var each = all.Select(off => $"{off.Id} of {off.Node.NodeName} {off.How}");
            return $"{string.Join(" and ", each)}. {Voters}";
        }
    }

    /// <summary>What starts them. A state is input: only an id of an instance may get into a command that somebody copies.</summary>
    public string Command
    {
        get
        {
            var ids = all.Select(off => off.Id).Where(IsWord);
            var inRegion = IsWord(region) ? $"--region {region} " : "";
            return $"aws ec2 start-instances {inRegion}--instance-ids {string.Join(' ', ids)}";
        }
    }

    private bool IsOne => all.Count == 1;

    private string Them => IsOne ? "it" : "them";

    private string Voters
    {
        get
        {
            var down = all.Count(off => IsVoter(off.Node));
            var until = IsOne ? "it is" : "they are";
            return down == 0
                ? "No voter's instance is off."
                : $"The cluster runs on {voters - down} of {voters} voters until {until} back.";
        }
    }

    /// <param name="report">The run, as it is now or as it ended.</param>
    public static InstancesOff Of(RunReport report) => new(report);

    /// <summary>Who starts them, or what: a reader must not wait for somebody who never comes.</summary>
    public string WhatStartsThem(RunReport report) => report switch
    {
        { IsToBringBack: true, WorkflowRun: not null } =>
            $"The action's next step, Bring the node back, starts {Them}. If that step does not run: {Command}",
        { End.Reason: FailureReason.TakenOver or FailureReason.Locked } =>
            $"The other run brings {Them} back. If that has ended: {Command}",
        { End: null } =>
            $"If nothing more is heard of this run: {Command}",
        { Mode: Mode.Step, End.ExitCode: ExitCode.Done } =>
            "The next step goes on with that.",
        _ =>
            $"To start {Them} without a change: {Command}",
    };

    private static bool IsVoter(NodeUpdate node) => node.NodeType is not NodeType.ReadOnlyReplica;

    private static bool IsWord(string? text) =>
        text is { Length: > 0 } && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '-');
}
