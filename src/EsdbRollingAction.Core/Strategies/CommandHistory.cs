using System.Collections.Concurrent;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.Lease;
using EsdbRollingAction.Core.Ssm;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Core.Strategies;

/// <summary>
/// The commands of this update, as Systems Manager remembers them. They are looked for on every node until something is sent to it: a run
/// that the lease was taken over from may send one. They are looked for while one that was sent does not show, and looked at until they
/// have ended.
/// </summary>
internal sealed class CommandHistory(ICommands commands, string target)
{
    /// <summary>Sooner nobody looks anew for what another run may have sent; one that was taken over from ends later.</summary>
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
    public async Task<CommandsSeen> ReadAsync(
        ClusterUpdate state, IReadOnlyDictionary<string, Instance> instances, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var read = await Task.WhenAll(state.EventStoreNodeUpdates
            .Where(node => node.Ec2InstanceId is not null && node.NodeUpdateStatus is not UpdateStatus.Success)
            .Select(node => TryFollowAsync(node, state.StartedAt, now, cancellationToken)));
        foreach (var (id, known, _) in read.Where(one => one.Known is not null))
        {
            sent[id] = known!;
        }

        var problem = read.Select(one => one.Problem).FirstOrDefault(one => one is not null);
        var before = state.StartedAt ?? BeganBefore(state, instances, now);
        var began = before ?? now;
        var ofThis = sent.ToDictionary(one => one.Key, one => OfThisUpdate(one.Value, began));
        return seen = new CommandsSeen(ofThis, began, problem) { IsNew = before is null };
    }

    /// <summary>The commands of the change that run on the instance.</summary>
    public IEnumerable<string> RunningOn(string instanceId) => seen.On(instanceId)
        .Where(one => !one.Outcome.HasEnded)
        .Select(one => one.Id);

    /// <summary>What could not be read is read again: until then it is known as before, or not at all.</summary>
    private async Task<(string Id, List<Sent>? Known, string? Problem)> TryFollowAsync(
        NodeUpdate node, DateTimeOffset? began, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var id = node.Ec2InstanceId!;
        try
        {
            return (id, await FollowAsync(node, began, now, cancellationToken), Problem: null);
        }
        catch (InstanceException exception) when (!exception.IsAboutCredentials)
        {
            return (id, Known: null, exception.Message);
        }
    }

    private async Task<List<Sent>> FollowAsync(
        NodeUpdate node, DateTimeOffset? began, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var id = node.Ec2InstanceId!;
        var known = sent.GetValueOrDefault(id);
        if (known is null || IsToBeLookedFor(id, known, now) || IsAnyMissing(node, known, began, now))
        {
            var found = await commands.FindAsync(id, (began ?? now - LongestUpdate) - ClockSkew, cancellationToken);
            known = [.. found.Reverse().Select(one => new Sent(one, CommandComment.Parse(one.Comment))).Where(IsOurs)
                .Select(one => known?.Find(other => other.Command.Id == one.Command.Id) ?? one)];
            lookedAt[id] = now;
        }

        foreach (var running in known.Where(one => one.Outcome is not { HasEnded: true }))
        {
            running.Outcome = await commands.ReadAsync(running.Command.Id, id, cancellationToken) ?? new CommandOutcome("Pending");
        }

        return known;
    }

    private bool IsToBeLookedFor(string id, List<Sent> known, DateTimeOffset now)
    {
        var isQuiet = known.TrueForAll(one => one.Outcome is { HasEnded: true });
        return isQuiet && !Timings.IsRecent(lookedAt.GetValueOrDefault(id), LookedForEvery, now);
    }

    private static bool IsAnyMissing(NodeUpdate node, List<Sent> known, DateTimeOffset? began, DateTimeOffset now) =>
        began is { } at && node.CommandRequests.Any(request => IsMissing(request, OfThisUpdate(known, at), now));

    private bool IsOurs(Sent one) => one.Comment?.IsFor(target) is true;

    private static bool IsMissing(CommandRequest request, List<NodeCommand> known, DateTimeOffset now) =>
        Timings.IsRecent(request.At, Timings.CommandConsistency, now) && !known.Exists(one => one.Word == request.Word);

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
    private DateTimeOffset? BeganBefore(ClusterUpdate state, IReadOnlyDictionary<string, Instance> instances, DateTimeOffset now)
    {
        var last = sent.Values.SelectMany(all => all)
            .Where(one => one.Command.RequestedAt > now - LongestUpdate)
            .MaxBy(one => one.Comment!.Began)?.Comment!.Began;
        if (last is not { } began)
        {
            return null;
        }

        var isDone = state.EventStoreNodeUpdates.All(node => IsChangedBy(began, node.Ec2InstanceId));
        var ours = TagFields.Allowed(state.TargetVersion);
        var isInWork = instances.Values.Any(instance => RestorePoint.Of(instance)?.Target == ours);
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
