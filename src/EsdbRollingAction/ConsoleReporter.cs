using System.Globalization;
using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Updating;

namespace EsdbRollingAction;

/// <summary>The log: one line a change, with time, node, what and why. A wait is said when it begins, changes its reason, or lasts.</summary>
internal sealed class ConsoleReporter(TextWriter output, TimeProvider time) : IUpdateReporter
{
    private static readonly TimeSpan SayAgain = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan SayCatchingUpAgain = TimeSpan.FromSeconds(15);

    private readonly HashSet<string> told = [];
    private (string? Node, string? Phase, string? Why) said;
    private DateTimeOffset saidAt;
    private (DateTimeOffset At, long Behind)? catchUp;

    public void Notice(string text) => output.WriteLine($"{Clock(time.GetUtcNow())}  {Printable.Line(text)}");

    public void Checked(IReadOnlyList<Verdict> checks)
    {
        foreach (var check in checks)
        {
            Notice($"{(check.Holds ? "checked" : "REFUSED")}  {check.Rule}: {check.Reason}");
        }
    }

    public void Planned(ClusterUpdate state)
    {
        foreach (var node in state.EventStoreNodeUpdates)
        {
            Write(time.GetUtcNow(), node, node.NodeUpdateStatus == UpdateStatus.Pending ? "planned" : $"was {node.NodeUpdateStatusDetail}",
                $"{node.NodeType} at {node.Endpoint} on {node.Ec2InstanceId}");
        }
    }

    public void Decided(Decision decision, DateTimeOffset at)
    {
        TellDone(decision, at);
        if (decision.Node is not { } node || decision.Act is Act.Finish)
        {
            return;
        }

        var key = (node.NodeName, node.NodeUpdateStatusDetail, WithoutNumbers(decision.Why));
        var again = decision.BytesBehind is null ? SayAgain : SayCatchingUpAgain;
        if (decision.Act.ChangesTheWorld || key != said || at - saidAt >= again)
        {
            Write(at, node, node.NodeUpdateStatusDetail ?? "", decision.Why + Lasting(node, at, key) + Speed(decision, at));
            (said, saidAt) = (key, at);
        }
    }

    public void Acted(ClusterUpdate after)
    {
    }

    public void Refused(Decision decision, string why, DateTimeOffset at) =>
        Write(at, decision.Node!, "not done", why);

    private void TellDone(Decision decision, DateTimeOffset at)
    {
        foreach (var node in decision.State.EventStoreNodeUpdates.Where(node => node.IsDone && told.Add(node.NodeName)))
        {
            var took = node is { StartedAt: { } started, FinishedAt: { } finished } && finished > started
                ? $" in {Duration(finished - started)}, {node.UpdateIterations} {(node.UpdateIterations == 1 ? "iteration" : "iterations")}"
                : "";
            Write(at, node, node.NodeUpdateStatusDetail ?? "", node.FailureMessage ?? $"{decision.State.TargetInstanceType} and level{took}");
        }
    }

    /// <summary>A wait is the same one while only its numbers change.</summary>
    private static string WithoutNumbers(string why) => string.Concat(why.Where(letter => !char.IsAsciiDigit(letter)));

    private string Lasting(NodeUpdate node, DateTimeOffset at, (string?, string?, string?) key) =>
        key == said && node.PhaseSince is { } since && at - since >= SayCatchingUpAgain ? $" (since {Clock(since)}, {Duration(at - since)})" : "";

    /// <summary>How fast the node catches up, from what was said before.</summary>
    private string Speed(Decision decision, DateTimeOffset at)
    {
        if (decision.BytesBehind is not { } behind)
        {
            catchUp = null;
            return "";
        }

        var before = catchUp;
        catchUp = (at, behind);
        return before is { } last && last.Behind > behind && at > last.At
            ? Rate(behind, (last.Behind - behind) / (at - last.At).TotalSeconds)
            : "";
    }

    private static string Rate(long behind, double perSecond) =>
        $", {Bytes.Format((long)perSecond)}/s, about {Duration(TimeSpan.FromSeconds(behind / perSecond))} left";

    private void Write(DateTimeOffset at, NodeUpdate node, string what, string why) =>
        output.WriteLine($"{Clock(at)}  {Printable.Line(node.NodeName),-22}  {what,-16}  {Printable.Line(why)}");

    private static string Clock(DateTimeOffset at) => at.ToString("HH:mm:ssZ", CultureInfo.InvariantCulture);

    private static string Duration(TimeSpan span) => span.TotalMinutes < 1
        ? string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0.0} s")
        : string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalMinutes} min {span.Seconds} s");
}
