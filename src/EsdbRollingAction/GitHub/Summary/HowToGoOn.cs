using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Capacity;
using EsdbRollingAction.Core.Lease;
using EsdbRollingAction.Core.Planning;
using EsdbRollingAction.Core.Preflight;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Strategies;

namespace EsdbRollingAction.GitHub.Summary;

/// <summary>What the reader does next: only what fits how the run ended.</summary>
internal static class HowToGoOn
{
    private const int LongestPath = 200;

    public static string Render(RunReport report)
    {
        var advice = Advice(report).ToList();
        return advice.Count == 0 ? "" : $"### How to go on\n\n{string.Concat(advice.Select(line => $"- {line}\n"))}\n";
    }

    private static IEnumerable<string> Advice(RunReport report)
    {
        var outcome = RunOutcomes.Of(report);
        if (outcome is RunOutcome.Running or RunOutcome.Done)
        {
            return [];
        }

        if (outcome is RunOutcome.Planned)
        {
            return Apply(report);
        }

        var first = report.End?.Reason is { } reason && First(reason) is { } text ? [text] : Array.Empty<string>();
        return outcome switch
        {
            RunOutcome.InvalidInput => first,
            RunOutcome.StepTaken => [$"The next step goes on from {Place(report)}."],
            RunOutcome.Refused when report.End?.Reason == FailureReason.PlanChanged => first,
            RunOutcome.Recovered => report.State is null or { ClusterUpdateStatus: UpdateStatus.Success } ? [] : Resume(report),
            RunOutcome.Refused => [.. Start(report), .. first, report.WorkflowRun is null ? "Then run again with the same inputs." : $"Then re-run the failed jobs of {RunLink(report)}. A re-run has the same inputs: another type, or another input, needs a new run."],
            _ => [.. Start(report), .. first, .. Resume(report)],
        };
    }

    /// <summary>A node that is off comes before everything else.</summary>
    private static IEnumerable<string> Start(RunReport report)
    {
        var off = InstancesOff.Of(report);
        var unless = report is { IsToBringBack: true, WorkflowRun: not null } ? ", unless the step *Bring the node back* has done it" : "";
        return off.Any && report.End?.Reason is not (FailureReason.TakenOver or FailureReason.Locked)
            ? [$"Start {Markdown.Code(off.Ids)}{unless}: {Markdown.Code(off.Command)}. The update goes on from there."]
            : [];
    }

    /// <summary>What to do before anything is run again, by the reason's name.</summary>
    private static string? First(FailureReason reason) => ExitCode.NameOf(reason) switch
    {
        "invalid-input" => "Correct what is named above and start again. A re-run has the same inputs; only secrets and variables are read anew.",
        "preflight-refused" => "Correct what is named above.",
        "plan-changed" => "Run with `mode: plan` again, look at the new plan, and apply it with its digest. To re-run a workflow that plans, approves and applies, choose \"Re-run all jobs\": the failed jobs alone repeat the old digest.",
        "locked" => "Wait until the other run on this cluster has ended.",
        "taken-over" => "Look at the other run, which goes on with this update.",
        "credentials-expired" => "Give the job new AWS credentials. With the input `role-to-assume` the program renews them by itself.",
        "cluster-unreachable" => "Look whether the cluster is up and the runner reaches its nodes.",
        "aws-unreachable" => "Look whether the runner reaches the endpoints of EC2 and STS, and with `role-to-assume` GitHub's for tokens; and whether there is trouble there.",
        "time-limit" => "Give it more time with `time-limit-minutes`, or go on as it is: no node was left half done.",
        "iteration-limit-exceeded" => "Look at the node. If it only needs longer, raise `max-number-of-iterations-per-node-update`.",
        "insufficient-capacity" => "EC2 has no capacity of this type there now. Try again later.",
        "instance-stop-failed" or "instance-change-failed" or "instance-start-failed" => "Remove what EC2 objects to: a permission, a quota, or a type that does not fit the instance.",
        "leadership-not-handed-over" => "Look why no other node takes the lead: node priorities, the load, the nodes' own logs.",
        "administration-denied" => "Give the connection string a user in `$admins` or `$ops`.",
        _ => null,
    };

    private static IEnumerable<string> Resume(RunReport report) => (report.WorkflowRun, report.State) switch
    {
        (null, _) => [$"Run again with the same inputs: the update goes on from {Place(report)}."],
        (_, null) => [$"Re-run the failed jobs of {RunLink(report)}."],
        ({ } run, _) =>
        [
            $"Re-run the failed jobs of {RunLink(report)}: the update goes on where it ended.",
            $"Or start the workflow anew with `resume-run-id: {run.Id}`.",
        ],
    };

    private static IEnumerable<string> Apply(RunReport report) =>
        PlanTable.Changes(report) == 0 || report.State?.PlanDigest is not { } digest ? []
        :
        [
            $"To apply exactly this, approve it, or run with `mode: apply` and `expected-plan-digest` {Markdown.Code(digest)}."
            + " It is refused when the cluster is no longer as planned.",
        ];

    private static string RunLink(RunReport report) => Markdown.Link("this run", report.WorkflowRun!.Url);

    private static string Place(RunReport report) =>
        report.StateFile is { } file ? $"the state file {Markdown.Code(file, LongestPath)}" : "the state file";
}
