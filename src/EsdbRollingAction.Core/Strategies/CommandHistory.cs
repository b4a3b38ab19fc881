using System.Collections.Concurrent;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.Lease;
using EsdbRollingAction.Core.Ssm;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Core.Strategies;

/// <summary>
/// The commands of this update, as Systems Manager remembers them. They are looked for on every node at the beginning, once more when the
/// run that the lease was taken over from has ended, which may have sent some meanwhile, and while one that was sent does not show. They
/// are looked at until they have ended. Where none runs, they are looked for again and again on the node that is begun next.
/// </summary>
internal sealed class CommandHistory(ICommands commands, string target, bool asksForPendingReboots)
{
    /// <summary>What was looked for longer ago does not tell what another run has sent since.</summary>
    private static readonly TimeSpan LookedForEvery = TimeSpan.FromSeconds(10);

    /// <summary>An update whose state is lost goes on when its last command was sent no longer ago; else a new one begins.</summary>
    private static readonly TimeSpan LongestUpdate = TimeSpan.FromDays(1);

    /// <summary>The clock that wrote when the update began may be ahead of Systems Manager's.</summary>
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(10);

    private readonly Dictionary<string, List<Sent>> sent = [];

    /// <summary>Nodes are followed at the same time.</summary>
    private readonly ConcurrentDictionary<string, DateTimeOffset> lookedAt = [];
    private CommandsSeen seen = CommandsSeen.None;

    /// <summary>Reads what is not known yet, or not for good.</summary>
    /// <exception cref="InstanceException">The credentials have expired.</exception>
    public async Task<CommandsSeen> ReadAsync(ClusterUpdate state, SeenWorld world, CancellationToken cancellationToken)
    {
        var read = await Task.WhenAll(state.EventStoreNodeUpdates
            .Where(node => node.Ec2InstanceId is not null && node.NodeUpdateStatus is not UpdateStatus.Success)
            .Select(node => TryFollowAsync(node, state.StartedAt, world, cancellationToken)));
        Remember(read);
        if (BegunNext(state) is { } next)
        {
            var isAnew = world with { ActsFrom = world.At - LookedForEvery };
            read = [.. read, await TryFollowAsync(next, state.StartedAt, isAnew, cancellationToken)];
            Remember(read);
        }

        var problem = read.Select(one => one.Problem).FirstOrDefault(one => one is not null);
        var before = state.StartedAt ?? BeganBefore(state, world);
        var began = before ?? world.At;
        var ofThis = sent.ToDictionary(one => one.Key, one => OfThisUpdate(one.Value, began));
        return seen = new CommandsSeen(ofThis, began, problem) { IsNew = before is null };
    }

    /// <summary>The commands of the change that run on the instance.</summary>
    public IEnumerable<string> RunningOn(string instanceId) => seen.On(instanceId)
        .Where(one => !one.Outcome.HasEnded)
        .Select(one => one.Id);

    private void Remember(IEnumerable<(string Id, List<Sent>? Known, string? Problem)> read)
    {
        foreach (var (id, known, _) in read.Where(one => one.Known is not null))
        {
            sent[id] = known!;
        }
    }

    /// <summary>The node that is begun next, where no command runs: beside one none is begun.</summary>
    private NodeUpdate? BegunNext(ClusterUpdate state)
    {
        var isQuiet = sent.Values.All(all => all.TrueForAll(one => one.Outcome is { HasEnded: true }));
        return isQuiet
            ? state.EventStoreNodeUpdates.FirstOrDefault(node =>
                node is { IsDone: false, CommandRequests.Count: 0, Ec2InstanceId: not null })
            : null;
    }

    /// <summary>What could not be read is read again: until then it is known as before, or not at all.</summary>
    private async Task<(string Id, List<Sent>? Known, string? Problem)> TryFollowAsync(
        NodeUpdate node, DateTimeOffset? began, SeenWorld world, CancellationToken cancellationToken)
    {
        var id = node.Ec2InstanceId!;
        try
        {
            return (id, await FollowAsync(node, began, world, cancellationToken), Problem: null);
        }
        catch (InstanceException exception) when (!exception.IsAboutCredentials)
        {
            return (id, Known: null, exception.Message);
        }
    }

    private async Task<List<Sent>> FollowAsync(
        NodeUpdate node, DateTimeOffset? began, SeenWorld world, CancellationToken cancellationToken)
    {
        var id = node.Ec2InstanceId!;
        var known = sent.GetValueOrDefault(id);
        if (known is null || lookedAt.GetValueOrDefault(id) < world.ActsFrom || IsAnyMissing(node, known, began, world.At))
        {
            var found = await commands.FindAsync(id, (began ?? world.At - LongestUpdate) - ClockSkew, cancellationToken);
            known = [.. found.Reverse().Select(one => new Sent(one, CommandComment.Parse(one.Comment))).Where(IsOurs)
                .Select(one => known?.Find(other => other.Command.Id == one.Command.Id) ?? one)];
            lookedAt[id] = world.At;
        }

        foreach (var running in known.Where(one => one.Outcome is not { HasEnded: true }))
        {
            running.Outcome = await commands.ReadAsync(running.Command.Id, id, cancellationToken) ?? new CommandOutcome("Pending");
        }

        // A reboot that was asked for is waited for, whatever is said later.
        var isToBeKnown = asksForPendingReboots && node.ChangeRequestedAt is null;
        if (isToBeKnown && known is [.., { Outcome: { Progress: CommandProgress.Succeeded, LeavesRebootPending: null } } last])
        {
            last.Outcome = last.Outcome with { LeavesRebootPending = await LeavesRebootPendingAsync(last.Command, id, cancellationToken) };
        }

        return known;
    }

    /// <summary>
    /// The command succeeds either way; Patch Manager knows. What it says of an earlier installation, or of a look for patches, says
    /// nothing of this one. Where nobody says the machine is rebooted.
    /// </summary>
    private async Task<bool?> LeavesRebootPendingAsync(SentCommand command, string instanceId, CancellationToken cancellationToken)
    {
        try
        {
            var installed = await commands.PatchesAsync(instanceId, cancellationToken);
            return installed?.Began >= command.RequestedAt ? installed.PendingReboot > 0 : null;
        }
        catch (InstanceException exception) when (!exception.IsAboutCredentials)
        {
            return null; // preflight has asked, too, and has said so
        }
    }

    private static bool IsAnyMissing(NodeUpdate node, List<Sent> known, DateTimeOffset? began, DateTimeOffset now) =>
        began is { } at && node.Hidden(OfThisUpdate(known, at), now).Any();

    private bool IsOurs(Sent one) => one.Comment?.IsFor(target) is true;

    private static List<NodeCommand> OfThisUpdate(List<Sent> all, DateTimeOffset began) =>
    [
        .. all.Where(one => one.Comment!.IsSince(began)).Select(one =>
            new NodeCommand(one.Command.Id, one.Comment!.Word, one.Outcome!)
            {
                RequestedAt = one.Command.RequestedAt,
            }),
    ];

    /// <summary>
    /// When the update began whose state is lost: the last one that has not changed every node, or has left a restore point. Null when
    /// none is under way.
    /// </summary>
    private DateTimeOffset? BeganBefore(ClusterUpdate state, SeenWorld world)
    {
        var last = sent.Values.SelectMany(all => all)
            .Where(one => one.Command.RequestedAt > world.At - LongestUpdate)
            .MaxBy(one => one.Comment!.Began)?.Comment!.Began;
        if (last is not { } began)
        {
            return null;
        }

        var isDone = state.EventStoreNodeUpdates.All(node => IsChangedBy(began, node.Ec2InstanceId));
        var ours = TagFields.Allowed(state.TargetVersion);
        var isInWork = world.Instances.Values.Any(instance => RestorePoint.Of(instance)?.Target == ours);
        return isDone && !isInWork ? null : began;
    }

    private bool IsChangedBy(DateTimeOffset began, string? instanceId) =>
        OfThisUpdate(sent.GetValueOrDefault(instanceId ?? "") ?? [], began)
            .Exists(one => one is { IsChange: true, Outcome.Progress: CommandProgress.Succeeded });

    private sealed record Sent(SentCommand Command, CommandComment? Comment)
    {
        public CommandOutcome? Outcome { get; set; }
    }
}
