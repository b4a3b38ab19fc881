using EsdbRollingAction.Core;
using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Planning;
using EsdbRollingAction.Core.Rolling;
using EsdbRollingAction.Core.State;
using EsdbRollingAction.Core.Status;
using EsdbRollingAction.Endings;
using EsdbRollingAction.Log;

namespace EsdbRollingAction;

/// <summary>
/// The log: one line a change, with time, node, what and why. A wait is said when it begins or changes its reason; and each minute,
/// whatever the program hangs in, by a timer: so every line is written under one lock.
/// </summary>
internal sealed class ConsoleReporter : IDisposable
{
    private static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private readonly LogWriter log;
    private readonly TimeProvider time;
    private readonly ITimer heartbeat;
    private readonly DateTimeOffset began;
    private readonly Oddities oddities = new();
    private readonly CatchUpSpeed speed = new();
    private readonly Topics topics = new(LongestSilence);
    private readonly HashSet<NodeEndpoint> finished = [];
    private readonly HashSet<NodeEndpoint> putBack = [];
    private Decision? decided;
    private DateTimeOffset decidedAt;
    private bool hasEnded;

    public ConsoleReporter(LogWriter log, TimeProvider time)
    {
        this.log = log;
        this.time = time;
        began = time.GetUtcNow();
        heartbeat = time.CreateTimer(_ => Write(Repeat), null, LongestSilence, LongestSilence);
    }

    /// <summary>How long an updated node must stay level before the next one is begun.</summary>
    public TimeSpan BakeTime { get; set; }

    public void Dispose() => heartbeat.Dispose();

    public void Notice(string text) => Write(now => log.Say(now, text));

    public void Warn(string text) => Write(now => log.Warn(now, text));

    /// <summary>In full with those that passed: a plan is about them, a roll is not.</summary>
    public void Checked(IReadOnlyList<Check> checks, bool inFull)
    {
        var passed = checks.Count(check => check.Outcome == CheckOutcome.Passed);
        if (!inFull && passed > 0)
        {
            Notice($"{Label(CheckOutcome.Passed),-7}  {passed} of {checks.Count} checks passed");
        }

        var shownOnes = checks.Where(check => inFull || check.Outcome != CheckOutcome.Passed);
        foreach (var same in shownOnes.GroupBy(check => (check.Outcome, check.Text)))
        {
            var names = string.Join(", ", same.Select(check => check.Name));
            Notice($"{Label(same.Key.Outcome),-7}  {names}: {same.Key.Text}");
        }
    }

    public void Looked(ClusterStatus status) => Write(now =>
    {
        foreach (var line in StatusTable.Lines(status))
        {
            log.Row(now, line);
        }
    });

    public void Planned(ClusterUpdate state) => Write(now =>
    {
        foreach (var node in state.EventStoreNodeUpdates)
        {
            var what = node.NodeUpdateStatus == UpdateStatus.Pending ? "planned" : $"was {node.NodeUpdateStatusDetail}";
            log.Say(now, node, what, $"{node.NodeType} at {node.Endpoint} on {node.Ec2InstanceId}");
        }
    });

    public void Decided(Decision decision, DateTimeOffset at) => Write(_ =>
    {
        ShowFinished(decision.State, at);
        ShowPutBack(decision.State, at);
        log.Debug(decision);
        if (decision.Node is { } node && decision.Act is not Act.Finish)
        {
            decided = decision;
            decidedAt = at;
            speed.See(node, decision.BytesBehind, at);
            ShowIfNew(decision, at);
        }
    });

    public void Refused(Decision decision, string why, DateTimeOffset at) => Write(_ =>
    {
        if (topics.Refused(Topic.Of(decision, speed.Trend), why))
        {
            log.Say(at, decision.Node!, "not done", why);
        }
    });

    /// <summary>The verdict. Nothing follows it by itself.</summary>
    public void Ended(Ending end) => Write(now =>
    {
        hasEnded = true;
        heartbeat.Dispose();
        log.End(now, end);
    });

    private void Write(Action<DateTimeOffset> write)
    {
        lock (gate)
        {
            write(time.GetUtcNow());
        }
    }

    private static string Label(CheckOutcome outcome) => outcome switch
    {
        CheckOutcome.Passed => "checked",
        CheckOutcome.Note => "note",
        CheckOutcome.Warning => "WARNING",
        _ => "REFUSED",
    };

    private void ShowFinished(ClusterUpdate state, DateTimeOffset at)
    {
        foreach (var node in state.EventStoreNodeUpdates.Where(node => node.IsDone && finished.Add(node.Endpoint)))
        {
            var what = node.NodeUpdateStatusDetail ?? "";
            var why = node.FailureMessage ?? $"{state.TargetOf(node)} and level{Took(node)}.{Progress(state, at)}";
            if (node.Phase == NodePhase.RolledBack)
            {
                log.Warn(at, node, what, why);
            }
            else
            {
                log.Say(at, node, what, why);
            }
        }
    }

    /// <summary>Before anything is done for it. What becomes of it is told when it is done.</summary>
    private void ShowPutBack(ClusterUpdate state, DateTimeOffset at)
    {
        var goingBack = state.EventStoreNodeUpdates.Where(node => node is { IsRollingBack: true, IsDone: false });
        foreach (var node in goingBack.Where(node => putBack.Add(node.Endpoint)))
        {
            log.Enter(node);
            log.Warn(at, node, "put back", $"{node.RollBackReason} {node.NodeName} goes back to {node.VersionBefore}; that begins now");
        }
    }

    /// <summary>How far the roll is; nothing once it is done, or a node has failed.</summary>
    private string Progress(ClusterUpdate state, DateTimeOffset at)
    {
        var all = state.EventStoreNodeUpdates;
        var done = all.Count(node => node.NodeUpdateStatus is UpdateStatus.Success);
        var left = TimeText.About(RollEstimate.Left(state, BakeTime, at));
        var goesOn = done < all.Count && !all.Any(node => node.NodeUpdateStatus is UpdateStatus.Failed);
        return !goesOn ? "" : $" {done} of {all.Count} nodes are done, {left} left.";
    }

    private static string Took(NodeUpdate node)
    {
        if (node.FinishedAt - node.StartedAt is not { } took || took <= TimeSpan.Zero)
        {
            return "";
        }

        var unit = node.UpdateIterations == 1 ? "iteration" : "iterations";
        return $" in {TimeText.Duration(took)}, {node.UpdateIterations} {unit}";
    }

    private void ShowIfNew(Decision decision, DateTimeOffset at)
    {
        var odd = oddities.New(decision, speed.Trend, at);
        if (odd is not null || topics.IsNew(Topic.Of(decision, speed.Trend), decision.Act.ChangesTheWorld, at))
        {
            Show(decision, at, odd, "");
        }
    }

    /// <summary>Nothing was said for a minute: whatever it waits for, it still does.</summary>
    private void Repeat(DateTimeOffset now)
    {
        if (hasEnded)
        {
            return;
        }

        if (decided is null)
        {
            log.Say(now, $"still looking at the cluster and its instances ({TimeText.Since(began, now)})");
            return;
        }

        var age = now - decidedAt;
        var old = age >= LongestSilence ? $" Decided {TimeText.Duration(age)} ago." : "";
        Show(decided, now, oddities.New(decided, speed.Trend, now), old + Progress(decided.State, now));
    }

    private void Show(Decision decision, DateTimeOffset at, string? odd, string more)
    {
        var node = decision.Node!;
        var topic = Topic.Of(decision, speed.Trend);
        var quorum = decision.LostQuorum is { } lost
            ? $"; the quorum is lost ({lost.Alive} of {lost.ClusterSize} voters alive, {TimeText.Since(lost.Since, at)})"
            : "";
        var what = WaitText.What(decision);
        var why = Sentence.Ended((odd ?? decision.Why) + speed.Text(decision.BytesBehind) + quorum);
        var text = $"{why}{topics.Refusal(topic)}{WaitText.Since(node, at)}{WaitText.Until(decision, at)}{more}";
        log.Enter(node);
        if (odd is null)
        {
            log.Say(at, node, what, text);
        }
        else
        {
            log.Warn(at, node, what, text);
        }

        heartbeat.Change(LongestSilence, LongestSilence);
        topics.Said(topic, decision.Act.ChangesTheWorld, at);
    }
}
