using System.Text.RegularExpressions;
using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Endings;
using EsdbRollingAction.GitHub.Summary;
using EsdbRollingAction.Log;
using EsdbRollingAction.Notices;
using EsdbRollingAction.Tests.GitHub.Summary;
using EsdbRollingAction.Tests.Log;

namespace EsdbRollingAction.Tests.Endings;

/// <summary>How far the update is.</summary>
public enum Progress
{
    NothingBegun,
    NodeOff,
    Midway,
    Done,
}

/// <summary>Runs that end for every reason, however far they are: three voters, the first of which is done.</summary>
internal static partial class Situations
{
    /// <summary>What the service says, in words that are nobody else's.</summary>
    public const string Said = "Could not start i-1. EC2 answered InsufficientInstanceCapacity: We have none of it.";

    public const string OtherRun = "https://github.com/acme/orders/actions/runs/4712";

    private static readonly DateTimeOffset Looked = Reports.Begin.AddMinutes(10);

    /// <summary>The run as it ended.</summary>
    /// <param name="reason">For which it ended.</param>
    /// <param name="progress">How far it is.</param>
    public static RunReport Ended(FailureReason reason, Progress progress)
    {
        var report = Running(progress);
        return report with { End = EndOf(reason, ref report), State = report.State };
    }

    public static RunReport Running(Progress progress) => Reports.Of(State(progress), end: null) with
    {
        At = Looked.AddSeconds(3),
        Region = "eu-west-1",
        HasActed = progress is not Progress.NothingBegun,
        Voters = progress is Progress.NothingBegun ? null : Voters(progress is Progress.NodeOff ? [0, 2] : [0, 1, 2]),
    };

    /// <summary>The same, read by everybody who reads it.</summary>
    public static IReadOnlyDictionary<string, string> Renderings(RunReport report) => new Dictionary<string, string>
    {
        ["log"] = Logged(report, LogFixture.Plain),
        ["annotation"] = RunnerLine.Read(Logged(report, LogFixture.GitHub).TrimEnd()).Data,
        ["check run"] = Read(CheckRunText.Summary(report)),
        ["summary"] = Read(JobSummary.Render(report)),
        ["notice"] = NoticeText.Ended(report),
    };

    public static VotersUp Voters(params int[] up)
    {
        Core.Cluster.NodeEndpoint[] endpoints = [.. up.Select(index => Reports.Node(index, "").Endpoint)];
        return new VotersUp(endpoints, endpoints, 3, Looked);
    }

    private static RunEnd EndOf(FailureReason reason, ref RunReport report)
    {
        if (reason is >= FailureReason.IterationLimitExceeded and <= FailureReason.LeadershipNotHandedOver)
        {
            var failed = report.Nodes[1] with { NodeUpdateStatus = UpdateStatus.Failed, FailureReason = reason, FailureMessage = Said };
            report = report with { State = report.State!.With(failed) with { ClusterUpdateStatus = UpdateStatus.Failed } };
            return RunEnds.Of(report.State, report);
        }

        return RunEnds.Of(Exception(reason), ExitCode.Interrupted, report);
    }

    private static Exception Exception(FailureReason reason) => reason switch
    {
        FailureReason.Cancelled => new OperationCanceledException(),
        FailureReason.UnexpectedError => new InvalidOperationException(Said),
        FailureReason.CredentialsExpired => new InstanceException(InstanceErrorKind.CredentialsExpired, "ExpiredToken", Said),
        FailureReason.AwsUnreachable => new InstanceException(InstanceErrorKind.Transient, "NoAnswer", Said),
        FailureReason.Locked or FailureReason.TakenOver =>
            new RollingUpdateException(reason, $"The cluster's lease is held by {OtherRun}, renewed 3 s ago. {Said}") { OtherRun = OtherRun },
        _ => new RollingUpdateException(reason, Said),
    };

    private static ClusterUpdate State(Progress progress)
    {
        var node = Reports.Node(1, "node-1") with
        {
            Ec2InstanceId = "i-1",
            OriginalNodePriority = 5,
            CurrentInstanceState = InstanceState.Running,
            StopRequestedAt = Reports.Begin,
        };
        node = progress switch
        {
            Progress.NothingBegun => node.Fresh(),
            Progress.NodeOff => node with
            {
                NodeUpdateStatus = UpdateStatus.InProgress,
                NodeUpdateStatusDetail = nameof(NodePhase.Changing),
                CurrentInstanceState = InstanceState.Stopped,
                CurrentNodePriority = 1,
                FinishedAt = null,
            },
            Progress.Midway => node with
            {
                NodeUpdateStatus = UpdateStatus.InProgress,
                NodeUpdateStatusDetail = nameof(NodePhase.CatchingUp),
                StartRequestedAt = Reports.Begin,
                FinishedAt = null,
            },
            _ => node,
        };
        NodeUpdate[] others = [Reports.Node(0, "node-0"), Reports.Node(2, "node-2")];
        var on = others.Select(other => (progress is Progress.NothingBegun ? other.Fresh() : other) with { CurrentInstanceState = InstanceState.Running });
        return new ClusterUpdate
        {
            UpdateStrategy = "Ec2InstanceTypeUpdate",
            TargetInstanceType = "t2.xlarge",
            StartedAt = progress is Progress.NothingBegun ? null : Reports.Begin,
            LastIterationAt = progress is Progress.NothingBegun ? null : Looked,
            ClusterUpdateStatus = progress is Progress.NothingBegun ? UpdateStatus.Pending : UpdateStatus.InProgress,
            EventStoreNodeUpdates = [.. on.Take(1), node, .. on.Skip(1)],
        };
    }

    private static string Logged(RunReport report, LogStyle style)
    {
        using var output = new StringWriter { NewLine = "\n" };
        new LogWriter(output, output, style).End(report.At, Ending.Of(report));
        return output.ToString();
    }

    /// <summary>What a reader sees above the tables, links with their addresses.</summary>
    private static string Read(string markdown) =>
        Link().Replace(markdown.Split("\n| ")[0], "$1").Replace("`", "", StringComparison.Ordinal);

    [GeneratedRegex(@"\[[^\]]+\]\(([^)]+)\)")]
    private static partial Regex Link();
}
