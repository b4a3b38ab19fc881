using EsdbRollingAction.Core;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.GitHub.Summary;

/// <summary>What the reader does next: only what fits how the run ended.</summary>
internal static class HowToGoOn
{
    private const int LongestPath = 200;

    public static string Render(RunReport report)
    {
        var lines = Advice(report).Select(advice => $"- {advice}\n").ToList();
        return lines.Count == 0 ? "" : $"### How to go on\n\n{string.Concat(lines)}\n";
    }

    private static IEnumerable<string> Advice(RunReport report) => report.Outcome switch
    {
        RunOutcome.Running or RunOutcome.Done => [],
        RunOutcome.Planned => Apply(report),
        RunOutcome.Paused => PausedCluster.Advice(report),
        RunOutcome.StepTaken => [$"The next step goes on from {StateFile(report)}."],
        RunOutcome.Recovered => report.State is null or { ClusterUpdateStatus: UpdateStatus.Success } ? [] : Resume(report),
        RunOutcome.InvalidInput => Remedy(report),
        RunOutcome.Refused when report.End?.Reason == FailureReason.PlanChanged => Remedy(report),
        RunOutcome.Refused => [.. Start(report), .. Remedy(report), RunAgain(report)],
        _ => [.. Start(report), .. Remedy(report), .. Resume(report)],
    };

    private static IEnumerable<string> Apply(RunReport report)
    {
        if (PlanTable.Changes(report) > 0 && report.State?.PlanDigest is { } digest)
        {
            var how = $"run with `mode: apply` and `expected-plan-digest` {Markdown.Code(digest)}";
            yield return $"To apply exactly this, approve it, or {how}. It is refused when the cluster is no longer as planned.";
        }
    }

    /// <summary>A node that is off comes before everything else.</summary>
    private static IEnumerable<string> Start(RunReport report)
    {
        var off = InstancesOff.Of(report);
        if (!off.Any || report.End?.Reason is FailureReason.TakenOver or FailureReason.Locked)
        {
            yield break;
        }

        var isStartedByTheAction = report is { IsToBringBack: true, WorkflowRun: not null };
        var unless = isStartedByTheAction ? ", unless the step *Bring the node back* has done it" : "";
        yield return $"Start {Markdown.Code(off.Ids)}{unless}: {Markdown.Code(off.Command)}. The update goes on from there.";
    }

    /// <summary>What to do before anything is run again.</summary>
    private static IEnumerable<string> Remedy(RunReport report) => report.End?.Reason switch
    {
        FailureReason.InvalidInput =>
            ["Correct what is named above and start again. A re-run has the same inputs; only secrets and variables are read anew."],
        FailureReason.PreflightRefused =>
            ["Correct what is named above."],
        FailureReason.PlanChanged =>
        [
            "Run with `mode: plan` again, look at the new plan, and apply it with its digest."
            + " To re-run a workflow that plans, approves and applies, choose \"Re-run all jobs\":"
            + " the failed jobs alone repeat the old digest.",
        ],
        FailureReason.Locked =>
            ["Wait for the other run on this cluster to finish. If it has died since, run again: its lease expires after a minute."],
        FailureReason.TakenOver =>
            ["Look at the other run, which goes on with this update."],
        FailureReason.CredentialsExpired =>
            ["Give the job new AWS credentials. With the input `role-to-assume` the program renews them by itself."],
        FailureReason.ClusterUnreachable =>
            ["Look whether the cluster is up and the runner reaches its nodes."],
        FailureReason.AwsUnreachable =>
        [
            "Look whether the runner reaches the endpoints of EC2 and STS, and with `role-to-assume` GitHub's for tokens;"
            + " and whether there is trouble there.",
        ],
        FailureReason.TimeLimit =>
            ["Give it more time with `time-limit-minutes`, or go on as it is: no node was left half done."],
        FailureReason.Alarm =>
        [
            "Look at the alarm that is named above. Once it is OK the next run goes on with the nodes that are left."
            + " `alarm-names` says for which alarms it waits, `max-number-of-iterations-per-node-update` for how long.",
        ],
        FailureReason.IterationLimitExceeded =>
            ["Look at the node. If it only needs longer, raise `max-number-of-iterations-per-node-update`."],
        FailureReason.InsufficientCapacity =>
            ["EC2 has no capacity of this type there now. Try again later."],
        FailureReason.InstanceStopFailed or FailureReason.InstanceChangeFailed or FailureReason.InstanceStartFailed =>
            ["Remove what EC2 objects to: a permission, a quota, or a type that does not fit the instance."],
        FailureReason.ChangeFailed =>
            [
                "Read what the command wrote, and mend what it failed at."
                + " The next run sends it again to the node that failed, and to those left.",
                "Other `ssm-parameters` are another update: keep what is to change in a document of your own, whose version may.",
            ],
        FailureReason.LeadershipNotHandedOver =>
            ["Look why no other node takes the lead: node priorities, the load, the nodes' own logs."],
        FailureReason.AdministrationDenied =>
            ["Give the connection string a user in `$admins` or `$ops`."],
        _ => [],
    };

    private static string RunAgain(RunReport report) => report.WorkflowRun is { } run
        ? $"Then re-run the failed jobs of {Link(run)}. A re-run has the same inputs: another type, or another input, needs a new run."
        : "Then run again with the same inputs.";

    private static IEnumerable<string> Resume(RunReport report)
    {
        if (report.WorkflowRun is not { } run)
        {
            return [$"Run again with the same inputs: the update goes on from {StateFile(report)}."];
        }

        return report.State is null
            ? [$"Re-run the failed jobs of {Link(run)}."]
            :
            [
                $"Re-run the failed jobs of {Link(run)}: the update goes on where it ended.",
                $"Or start the workflow anew with `resume-run-id: {run.Id}`.",
            ];
    }

    private static string Link(WorkflowRun run) => Markdown.Link("this run", run.Url);

    public static string StateFile(RunReport report) =>
        report.StateFile is { } file ? $"the state file {Markdown.Code(file, LongestPath)}" : "the state file";
}
