using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Capacity;
using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Lease;
using EsdbRollingAction.Core.Planning;
using EsdbRollingAction.Core.Preflight;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Strategies;
using EsdbRollingAction.Log;

namespace EsdbRollingAction;

/// <summary>
/// The log: one line a change, with time, node, what and why. A wait is said when it begins, changes its reason, or lasts;
/// the heartbeat says it too, so every line is written under one lock.
/// </summary>
internal sealed class ConsoleReporter : IUpdateReporter, IDisposable
{
    private static readonly TimeSpan SayCatchingUpAgain = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan DecisionIsOld = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private readonly LogWriter log;
    private readonly TimeProvider time;
    private readonly Heartbeat heartbeat;
    private readonly DateTimeOffset began;
    private readonly Oddities oddities = new();
    private readonly CatchUpSpeed speed = new();
    private readonly HashSet<NodeEndpoint> told = [];
    private (Decision Decision, DateTimeOffset At)? latest;
    private (NodeEndpoint Node, string? Phase, string Why, bool IsQuorumLost)? said;
    private DateTimeOffset saidAt;
    private bool ended;

    public ConsoleReporter(LogWriter log, TimeProvider time)
    {
        (this.log, this.time, began) = (log, time, time.GetUtcNow());
        heartbeat = new Heartbeat(time, Beat);
    }

    public void Dispose() => heartbeat.Dispose();

    public void Notice(string text)
    {
        lock (gate)
        {
            log.Say(time.GetUtcNow(), text);
        }
    }

    public void Warn(string text)
    {
        lock (gate)
        {
            log.Warn(time.GetUtcNow(), text);
        }
    }

    public void Checked(IReadOnlyList<Check> checks) => Checked(checks, inFull: true);

    /// <param name="checks">The checks.</param>
    /// <param name="inFull">Whether those that passed are told one by one: a plan is about them, a roll is not.</param>
    public void Checked(IReadOnlyList<Check> checks, bool inFull)
    {
        var passed = inFull ? [] : checks.Where(check => check.Outcome == CheckOutcome.Passed).ToList();
        if (passed.Count > 0)
        {
            Notice($"{WordFor(CheckOutcome.Passed),-7}  {passed.Count} of {checks.Count} checks passed");
        }

        foreach (var same in checks.Except(passed).GroupBy(check => (check.Outcome, check.Text)))
        {
            Notice($"{WordFor(same.Key.Outcome),-7}  {string.Join(", ", same.Select(check => check.Name))}: {same.Key.Text}");
        }
    }

    public void Planned(ClusterUpdate state)
    {
        lock (gate)
        {
            log.Learn(state);
            foreach (var node in state.EventStoreNodeUpdates)
            {
                var what = node.NodeUpdateStatus == UpdateStatus.Pending ? "planned" : $"was {node.NodeUpdateStatusDetail}";
                log.Say(time.GetUtcNow(), node, what, $"{node.NodeType} at {node.Endpoint} on {node.Ec2InstanceId}");
            }
        }
    }

    public void Decided(Decision decision, DateTimeOffset at)
    {
        lock (gate)
        {
            log.Learn(decision.State);
            TellDone(decision, at);
            log.Debug(decision);
            if (decision.Node is not { } node || decision.Act is Act.Finish)
            {
                return;
            }

            latest = (decision, at);
            var goesOn = KeyOf(decision, node) == said;
            var speaksAgain = (decision.BytesBehind is not null || decision.LostQuorum is not null) && at - saidAt >= SayCatchingUpAgain;
            var odd = oddities.New(decision, at);
            if (odd is not null || decision.Act.ChangesTheWorld || !goesOn || speaksAgain)
            {
                var lasting = goesOn && at - Oddities.WaitsSince(node) >= SayCatchingUpAgain ? $" ({Since(node, at)})" : "";
                Tell(decision, node, at, odd, lasting + speed.Measure(decision.BytesBehind, at));
            }
        }
    }

    public void Acted(ClusterUpdate after)
    {
    }

    public void Refused(Decision decision, string why, DateTimeOffset at)
    {
        lock (gate)
        {
            log.Say(at, decision.Node!, "not done", why);
        }
    }

    private static string WordFor(CheckOutcome outcome) => outcome switch
    {
        CheckOutcome.Passed => "checked",
        CheckOutcome.Note => "note",
        CheckOutcome.Warning => "WARNING",
        _ => "REFUSED",
    };

    /// <summary>The verdict. Nothing follows it by itself.</summary>
    public void Ended(RunEnd end)
    {
        lock (gate)
        {
            ended = true;
            heartbeat.Dispose();
            log.End(time.GetUtcNow(), end);
        }
    }

    /// <summary>Nothing was said for a minute: whatever it waits for, it still does.</summary>
    private void Beat()
    {
        lock (gate)
        {
            var now = time.GetUtcNow();
            if (ended)
            {
                return;
            }

            if (latest is not { Decision: { Node: { } node } decision, At: var at })
            {
                log.Say(now, $"still looking at the cluster and its instances ({TimeText.Since(began, now)})");
                return;
            }

            var old = now - at >= DecisionIsOld ? $"; decided {TimeText.Duration(now - at)} ago" : "";
            Tell(decision, node, now, oddities.New(decision, now), $" ({Since(node, now)}{old})");
        }
    }

    private void Tell(Decision decision, NodeUpdate node, DateTimeOffset at, string? odd, string more)
    {
        var phase = node.NodeUpdateStatusDetail ?? "";
        more += TimeText.Of(decision.LostQuorum, at);
        log.Enter(node);
        if (odd is null)
        {
            log.Say(at, node, phase, decision.Why + more);
        }
        else
        {
            log.Warn(at, node, phase, odd + more);
        }

        heartbeat.Restart();
        (said, saidAt) = (KeyOf(decision, node), at);
    }

    private void TellDone(Decision decision, DateTimeOffset at)
    {
        foreach (var node in decision.State.EventStoreNodeUpdates.Where(node => node.IsDone && told.Add(node.Endpoint)))
        {
            var took = node is { StartedAt: { } started, FinishedAt: { } finished } && finished > started
                ? $" in {TimeText.Duration(finished - started)}, {node.UpdateIterations} {(node.UpdateIterations == 1 ? "iteration" : "iterations")}"
                : "";
            var why = node.FailureMessage ?? $"{decision.State.TargetOf(node)} and level{took}";
            if (node.Phase == NodePhase.RolledBack)
            {
                log.Warn(at, node, node.NodeUpdateStatusDetail!, why);
            }
            else
            {
                log.Say(at, node, node.NodeUpdateStatusDetail ?? "", why);
            }
        }
    }

    private static string Since(NodeUpdate node, DateTimeOffset now) => TimeText.Since(Oddities.WaitsSince(node) ?? now, now);

    /// <summary>A wait is the same one while only its numbers change.</summary>
    private static (NodeEndpoint Node, string? Phase, string Why, bool IsQuorumLost) KeyOf(Decision decision, NodeUpdate node) =>
    (
        node.Endpoint,
        node.NodeUpdateStatusDetail,
        string.Concat(decision.Why.Where(letter => !char.IsAsciiDigit(letter))),
        decision.LostQuorum is not null);
}
