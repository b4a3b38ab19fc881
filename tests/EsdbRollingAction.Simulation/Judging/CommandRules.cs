using EsdbRollingAction.Sandbox;
using EsdbRollingAction.Sandbox.Model;
using EsdbRollingAction.Simulation.Edges;
using Act = EsdbRollingAction.Sandbox.Model.Act;

namespace EsdbRollingAction.Simulation.Judging;

/// <summary>
/// Rules about commands. Which update a command belongs to is told by when it was sent, not by what the program wrote on it: a program
/// that takes one update for two must be found out.
/// </summary>
internal sealed class CommandRules(Umpire umpire, Ssm ssm, CommandOptions command, (bool MayBeOlder, bool RebootsAreLost) given)
{
    /// <summary>A list shows what was sent, and a look what a look a moment later confirms.</summary>
    private static readonly TimeSpan ShownToAll = TimeSpan.FromSeconds(60);
    /// <summary>The lease of another run and what it sent show late, and acts are slow.</summary>
    private static readonly TimeSpan SeenByOthers = TimeSpan.FromSeconds(60);

    /// <summary>A request that was lost on its way is made again when it would have shown.</summary>
    private static readonly TimeSpan AskedForAgain = TimeSpan.FromSeconds(75);

    /// <summary>Its end shows late, and is looked at twice; where the iterations are over before, it is given up.</summary>
    private static readonly TimeSpan SeenLate = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Confirmed = TimeSpan.FromSeconds(10);

    private readonly CommandOptions back = command with { IsTakenBack = true };
    private readonly HashSet<SsmRun> ofEarlierUpdates = [];
    private readonly Dictionary<SsmRun, TimeSpan> failed = [];
    private readonly Dictionary<SsmRun, Run> senders = [];
    private readonly HashSet<string> sentAgain = [];
    private readonly Dictionary<string, TimeSpan> rebootedAt = [];
    private TimeSpan? endedWellAt;
    private SsmCommandRequest? sending;
    private bool haveMet;

    /// <summary>
    /// Whether the node says itself that it is updated; null where it cannot tell. Where it can, nothing but that begins or ends an update.
    /// </summary>
    public Func<string, bool>? Says { get; init; }

    /// <summary>
    /// The command has succeeded, and where that is wanted its machine was brought up anew since. Who goes on with an older state may end
    /// an update that was ended before. Nobody sees why a process is another one: a crash after a reboot
    /// was ordered looks like that.
    /// </summary>
    public bool IsUpdated(string node) => Says?.Invoke(node) ?? (given.MayBeOlder || haveMet ? ssm.SentTo(node) : Sent(node)).Any(run => ssm.IsDone(run)
        || (run is { IsExpected: true, Now.Status: "Success" } && rebootedAt.GetValueOrDefault(node) >= run.EndedAt));

    /// <summary>Whether it takes the node down: a command that starts what is off does not.</summary>
    public bool TakesDown(Act act, NodeWatch watch) =>
        act.Kind == ActKind.Command && watch.Node.IsUp && sending is { } request && (command.IsSame(request) || IsRollback(request));

    /// <summary>Whether a command that takes the node down has not ended, and the run sent it or can see it.</summary>
    public bool IsUnderWay(NodeWatch watch, Run actor) => !haveMet && !sentAgain.Contains(watch.Node.Name)
        && Sent(watch.Node.Name).Any(run => !run.Now.HasEnded
        && (senders.GetValueOrDefault(run) == actor || umpire.Now - run.SentAt > ShownToAll));

    /// <summary>
    /// Whether its command has succeeded, its reboot is still to come, and that is known: what was begun is ended before another is begun.
    /// </summary>
    public bool IsBetween(NodeWatch watch) => command.RebootAfter && !haveMet && !IsUpdated(watch.Node.Name)
        && Sent(watch.Node.Name).LastOrDefault() is { IsExpected: true, Now.Status: "Success", EndedAt: var ended }
        && !(rebootedAt.GetValueOrDefault(watch.Node.Name) >= ended) && umpire.Now - ended > SeenLate;

    /// <summary>Whether it was begun, and is no more to wait for those whose turn comes before a leader's.</summary>
    public bool WasBegun(string node) => Sent(node).Any();

    /// <summary>The program has ordered a reboot.</summary>
    public void Reboots(string node) => rebootedAt[node] = umpire.Now;

    /// <summary>A person asked for it.</summary>
    public void MayBeSentAgain(string node) => sentAgain.Add(node);

    /// <summary>
    /// A run begins: after one that ended well it begins another update. So it may without the state and without tags, where every node
    /// is changed: an update that was killed after its very last act cannot be told from one that has ended. A restore point that could not
    /// be removed means the other way round that the update goes on.
    /// </summary>
    public void Begins(bool goesOn)
    {
        var isOver = endedWellAt is not null || umpire.Nodes.All(watch => IsUpdated(watch.Node.Name));
        if (goesOn || !isOver || Says is not null || umpire.Nodes.Any(umpire.IsMarked))
        {
            return;
        }

        if (umpire.Now - endedWellAt < SeenByOthers)
        {
            // A restore point that was just removed may still show.
            sentAgain.UnionWith(umpire.Nodes.Select(watch => watch.Node.Name));
            return;
        }

        BeginAnother(umpire.Now);
        endedWellAt = null;
    }

    /// <summary>Who waited for a run that ended well begins another update, unless it is in the middle of its own.</summary>
    private void BeginsAfter(Run actor)
    {
        if (endedWellAt is { } at && Says is null && !(actor.FirstTookDownAt < at))
        {
            BeginAnother(at);
            endedWellAt = null;
        }
    }

    private void BeginAnother(TimeSpan at) =>
        ofEarlierUpdates.UnionWith(umpire.Nodes.SelectMany(watch => ssm.SentTo(watch.Node.Name)).Where(run => run.SentAt < at));

    /// <summary>The program is about to send this.</summary>
    public void Send(SsmCommandRequest request, Run run, Action send)
    {
        sending = request;
        send();
        foreach (var sent in umpire.Nodes.SelectMany(watch => ssm.SentTo(watch.Node.Name)))
        {
            senders.TryAdd(sent, run);
        }
    }

    /// <summary>Rules about a command that is about to be sent.</summary>
    public IEnumerable<(Rule Rule, string What)> Judge(Act act, NodeWatch watch, Run actor)
    {
        if (command.IsSame(sending!))
        {
            BeginsAfter(actor);
            haveMet |= Sent(act.Node).Any(earlier => IsOfAnother(earlier, actor));
            return haveMet ? [] : from earlier in Sent(act.Node)
                                  where earlier.IsExpected && !IsKnownNeverToBegin(earlier) && !WasTakenBack(earlier, act.Node) && !sentAgain.Contains(act.Node)
                                  where !(failed.TryGetValue(earlier, out var at) && at <= actor.BeganAt)
                                  select (
                                      Rule.CommandSentTwice,
                                      $"{act.Node} was sent {earlier.Sent.Request.Comment} before, which is {earlier.Now.Details}");
        }

        var isNeedless = Sent(act.Node).Any(run => !run.Now.HasEnded)
            || (Sent(act.Node).LastOrDefault(run => run.IsExpected && !IsKnownNeverToBegin(run)) is { } last
                && ssm.IsDone(last) && Says?.Invoke(act.Node) != false && watch.TouchedByHandAt < last.SentAt && umpire.Now - last.EndedAt > SeenLate);
        // An alarm that is raised while a node bakes takes it back, however well it is.
        var isForAnAlarm = umpire.Alarms is not null && IsRollback(sending!);
        return isNeedless && !isForAnAlarm && NodeWatch.CouldBeKnown(watch.LevelSince + Confirmed, actor.AskedAt(watch), umpire.Now)
            ? [(Rule.CommandWithoutNeed, $"{act.Node} is {watch.Node.State}, and its command has succeeded, or runs: {sending!.Comment}")]
            : [];
    }

    /// <summary>Rules about how a run ended, that had none beside it.</summary>
    public void JudgeRun(RunEnd end, StateText? written)
    {
        foreach (var sent in CoreUnderTest.FailedIn(written).SelectMany(Sent))
        {
            failed.TryAdd(sent, umpire.Now);
        }

        endedWellAt = end.IsSuccess ? umpire.Now : endedWellAt;
        if (!end.IsFinished || end.Run.HadCompany)
        {
            return;
        }

        foreach (var watch in umpire.Nodes)
        {
            var running = Sent(watch.Node.Name).FirstOrDefault(run => run.Now is { HasEnded: false, Status: not "Cancelling" });
            if (running is not null && !haveMet)
            {
                umpire.Break(Rule.CommandLeftRunning, $"{running.Sent.Request.Comment} is {running.Now.Details}");
            }

            if (end.IsSuccess && !IsUpdated(watch.Node.Name) && !umpire.IsForgottenByAll(watch))
            {
                umpire.Break(Rule.EndedTooEarly, $"on {watch.Node.Name} the command did not succeed");
            }

            if (IsLeftDown(watch.Node) && !given.RebootsAreLost && (CoreUnderTest.StartsWhatItEnded || !WasEndedForAnother(watch.Node, written)))
            {
                umpire.Break(Rule.DatabaseLeftDown, $"the database of {watch.Node.Name} is stopped, and starts when it is started");
            }
        }
    }

    private bool IsLeftDown(Node node) => node is { IsServiceStopped: true, CanStart: true, IsUp: false } && Sent(node.Name).Any()
        && umpire.Ec2.Of(node.Name).State == Ec2State.Running && !umpire.Ec2.IsToReboot(node.Name) && umpire.Ec2.IsBooted(node.Name);

    private bool WasEndedForAnother(Node node, StateText? written) =>
        Sent(node.Name).LastOrDefault() is { Now.Status: "Cancelled" } && !CoreUnderTest.FailedIn(written).Contains(node.Name);

    private bool IsRollback(SsmCommandRequest request) => command.RollbackParametersJson is not null && back.IsSame(request);

    /// <summary>
    /// Two runs that begin in the same second both take the lease: neither sees in time what the other has just sent. From then on there
    /// are two updates, each with commands of its own, and nobody can tell which one a later run goes on with.
    /// </summary>
    private bool IsOfAnother(SsmRun earlier, Run actor) =>
        senders.GetValueOrDefault(earlier) is { } sender && sender != actor && umpire.Now - earlier.SentAt <= SeenByOthers + AskedForAgain;

    /// <summary>What was taken back is tried anew, by a run without the state too.</summary>
    private bool WasTakenBack(SsmRun earlier, string node) =>
        Sent(node).Any(run => IsRollback(run.Sent.Request) && run.SentAt > earlier.SentAt && run.Now.Status == "Success");

    private static bool IsKnownNeverToBegin(SsmRun run) => run.Now.Details is "DeliveryTimedOut" or "Undeliverable";

    /// <summary>What this update has sent to the node to change it, or to take that back.</summary>
    private IEnumerable<SsmRun> Sent(string node) => ssm.SentTo(node)
        .Where(run => (run.IsExpected || IsRollback(run.Sent.Request)) && !ofEarlierUpdates.Contains(run));
}
