using EsdbRollingAction.Core;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.GitHub.Summary;

namespace EsdbRollingAction.Endings;

/// <summary>What the reader does after a run: what is off first, then what its reason asks for, then how it goes on.</summary>
internal static class WhatToDo
{
    public static IEnumerable<Step> After(RunReport report) => report switch
    {
        { Outcome: RunOutcome.Planned } => Apply(report),
        { Outcome: RunOutcome.Paused } => [GoOn(report), .. GoBack(report)],
        { Outcome: RunOutcome.Recovered } => report.State is null or { ClusterUpdateStatus: UpdateStatus.Success } ? [] : RunAgain(report),
        { End.Reason: FailureReason.TakenOver } => Remedy(report),
        { End: null } or { End.Reason: not null } => [.. Start(report), .. Remedy(report), .. RunAgain(report), .. GoBack(report)],
        _ => [],
    };

    private static IEnumerable<Step> Apply(RunReport report)
    {
        if (PlanTable.Changes(report) > 0 && report.State?.PlanDigest is { } digest)
        {
            yield return new(
                $"To apply exactly this plan, approve it, or run with mode apply and expected-plan-digest {digest}."
                + " It ends before its first act (plan-changed) when the cluster is no longer as planned.",
                Commands.Start(report, [(InputNames.Mode, "apply"), .. Target(report), (InputNames.ExpectedPlanDigest, digest)]));
        }
    }

    /// <summary>A node that is off comes before everything else, unless another run brings it back.</summary>
    private static IEnumerable<Step> Start(RunReport report)
    {
        var off = new InstancesOff(report);
        if (off.Any && report.End?.Reason is not FailureReason.Locked)
        {
            var when = report switch
            {
                { End: null } => "If nothing more is heard of this run, start",
                { IsToBringBack: true, WorkflowRun: not null } => "If the step Bring the node back has not done it, start",
                _ => "Start",
            };
            yield return new($"{when} {off.Ids} as {(off.IsOne ? "it is" : "they are")}.", off.Command);
        }
    }

    /// <summary>What is to be done before anything is run again.</summary>
    private static IEnumerable<Step> Remedy(RunReport report) => report.End?.Reason switch
    {
        FailureReason.InvalidInput when report is { End.Cause.IsAboutState: true, WorkflowRun: not null } =>
        [
            new("Correct what is named above, and start a new run without resume-run-id: re-runs find the artifact again."
                + " On a self-hosted runner look whether the file is in its workspace."),
        ],
        FailureReason.InvalidInput when report.WorkflowRun is not null =>
        [
            new("Correct what is named above and start a new run."
                + " A re-run has the same inputs; only secrets and variables are read anew."),
        ],
        FailureReason.InvalidInput => [new("Correct what is named above and run again.")],
        FailureReason.PreflightRefused => [new("Correct what is named above.")],
        FailureReason.PlanChanged =>
        [
            new("Plan again and approve that.", Commands.Start(report, [(InputNames.Mode, "plan"), .. Target(report)])),
            .. report.WorkflowRun is null ? Array.Empty<Step>() :
            [
                new("Where one workflow plans, approves and applies, re-run all of its jobs. The failed jobs alone repeat the old digest.",
                    Commands.Rerun(report.WorkflowRun, onlyFailed: false)),
            ],
        ],
        FailureReason.Locked when report.End.Cause is { IsOtherRunDeaf: true } =>
            [new($"Make sure that the other run{Other(report)} has ended, and remove its tag; or let this run create tags.")],
        FailureReason.Locked =>
            [new($"Wait until the other run{Other(report)} has ended. Only when it hangs, run with take-over: true, which makes it end.")],
        FailureReason.TakenOver =>
            [new($"Look at the other run{Other(report)}, which goes on with this update. Do nothing else.")],
        FailureReason.CredentialsExpired =>
            [new("Get new credentials. With the input role-to-assume the program renews them by itself.")],
        FailureReason.ClusterUnreachable => [new("Look whether the cluster is up and the runner reaches its nodes.")],
        FailureReason.AwsUnreachable =>
        [
            new("Look whether the runner reaches the endpoints of EC2 and STS, and with role-to-assume GitHub's for tokens;"
                + " and whether there is trouble there."),
        ],
        FailureReason.TimeLimit => [new("Nothing is urgent. Give the run more time with time-limit-minutes, or go on as it is.")],
        FailureReason.Alarm =>
        [
            new("Look at the alarm that is named above, and wait until it is OK. alarm-names says for which alarms a run waits,"
                + " max-number-of-iterations-per-node-update for how long."),
        ],
        FailureReason.StateNotSaved => [new("Make room for the state file, or give the right to write it.")],
        FailureReason.IterationLimitExceeded =>
            [new("Look at the node. If it only needs longer, raise max-number-of-iterations-per-node-update.")],
        FailureReason.InsufficientCapacity =>
            [new("Wait for capacity, raise capacity-retry-minutes, or choose another type: EC2 has none of this one there now.")],
        FailureReason.InstanceStopFailed or FailureReason.InstanceChangeFailed or FailureReason.InstanceStartFailed =>
            [new("Remove what EC2 objects to: a permission, a quota, or a type that does not fit the instance.")],
        FailureReason.ChangeFailed =>
        [
            new("Read what the command wrote, and mend what it failed at: the next run sends it again. Other ssm-parameters are another"
                + " update: keep what is to change in a document of your own."),
        ],
        FailureReason.LeadershipNotHandedOver =>
            [new("Look why no other node takes the lead: node priorities, the load, the nodes' own logs.")],
        FailureReason.AdministrationDenied => [new("Give the connection string a user in $admins or $ops.")],
        FailureReason.UnexpectedError => [new("Report this defect, with the log.")],
        _ => [],
    };

    /// <summary>Whatever was begun is resumed; a run that began nothing is simply run again.</summary>
    private static IEnumerable<Step> RunAgain(RunReport report) => report switch
    {
        { End: null or { Reason: FailureReason.InvalidInput or FailureReason.PlanChanged } } => [],
        { WorkflowRun: null, HasBegun: true } =>
            [new("To resume where it ended, run again with the same inputs and the state file.", Anew(report))],
        { WorkflowRun: null } => [new("Run again with the same inputs.", Commands.Start(report))],
        { HasBegun: true, WorkflowRun: { } run } =>
        [
            new("To resume where it ended, re-run the failed jobs, within 30 days.", Commands.Rerun(run)),
            new($"Or start another run with resume-run-id {run.Id}, and the other inputs as before.", Anew(report)),
        ],
        { WorkflowRun: { } run } =>
            [new("Re-run the failed jobs. They have the same inputs: another input needs a new run.", Commands.Rerun(run))],
    };

    /// <summary>The job has succeeded: there is nothing to re-run.</summary>
    private static Step GoOn(RunReport report)
    {
        var inputs = report.BeforeLeader ? "without pause-before-leader" : "with the same inputs";
        return report.WorkflowRun is { Id: var id }
            ? new(
                $"To go on, approve the next job where one waits, or start another run {inputs} and with resume-run-id {id}.",
                Anew(report))
            : new($"To go on, run again {inputs} and the state file {report.StateFile}.", Anew(report));
    }

    /// <summary>Who failed, or looks at what a part of the nodes does, may want the old type back.</summary>
    private static IEnumerable<Step> GoBack(RunReport report) => report is
    {
        Outcome: RunOutcome.Failed or RunOutcome.Paused,
        State: { TargetVersion: null, TakesBack: false, StartedAt: not null },
        Updated: > 0,
    }
        ? [new("To go back instead, run with mode rollback, which gives the nodes that are done their old type.",
            Commands.Start(report, (InputNames.Mode, "rollback"), Commands.State(report)))]
        : [];

    /// <summary>A run that begins has no state to know it from.</summary>
    private static IEnumerable<(InputName Name, string? Value)> Target(RunReport report) =>
        report.State?.TargetInstanceType is { } type ? [(InputNames.TargetInstanceType, type)] : [];

    /// <summary>A workflow's own default may be to plan.</summary>
    private static string? Anew(RunReport report) => report.WorkflowRun is null
        ? Commands.Start(report, Commands.State(report))
        : Commands.Start(report, (InputNames.Mode, report.Mode is Mode.Rollback ? "rollback" : "apply"), Commands.State(report));

    private static string Other(RunReport report) => report.End?.Cause?.OtherRun is { } other ? $" {other}" : "";
}
