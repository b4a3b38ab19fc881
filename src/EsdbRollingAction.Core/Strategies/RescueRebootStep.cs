using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Core.Strategies;

/// <summary>Reboots, once, a machine whose database could not be started after a command failed on it.</summary>
/// <param name="instances">EC2.</param>
internal sealed class RescueRebootStep(IInstances instances) : ChangeStep(NodePhase.Changing)
{
    private const string Word = "reboot";

    /// <summary>A machine is down, and up again, in this time; else a person has to look.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>A database that was started, or whose machine was rebooted, has this long to answer: a large one opens slowly.</summary>
    private static readonly TimeSpan Opening = TimeSpan.FromMinutes(3);

    public override bool IsRepeatable => false;

    public override StepProgress ProgressOf(NodeView node) => node switch
    {
        { Instance.State: not InstanceState.Running } or { IsDown: false } => StepProgress.Done,
        _ when node.Entry.RequestedAt(Word) is { } at =>
            Timings.IsRecent(at, Patience, node.At) ? StepProgress.Running : StepProgress.Done,
        _ => node.IsOutForEverybody && !MayBeOpening(node) ? StepProgress.NotBegun : StepProgress.Running,
    };

    private static bool MayBeOpening(NodeView node) => Timings.IsRecent(node.Entry.ChangeRequestedAt, Opening, node.At)
        || node.Entry.CommandRequests.Any(request => request.IsOfARescue && Timings.IsRecent(request.At, Opening, node.At));

    public override NodeUpdate Begin(NodeView node) => node.Entry.Requested(Word, node.At);

    public override NodeUpdate Accepted(NodeUpdate node, DateTimeOffset now) => node.Requested(Word, now);

    public override NodeUpdate Without(NodeUpdate node, string why) => node.SayingToo(why);

    public override string Describe(NodeView node) => (node.Entry.RequestedAt(Word), node.IsOutForEverybody) switch
    {
        (not null, _) => $"{node.InstanceId} was rebooted, and {node.Name} does not answer yet",
        (_, true) when !MayBeOpening(node) => $"{node.Name} is silent, and nobody sees it: {node.InstanceId} is rebooted",
        _ => $"{node.Name} is silent; {node.InstanceId} is rebooted if it stays so for {Opening.TotalMinutes:0} min",
    };

    public override Task DoAsync(NodeUpdate node, ClusterUpdate state, CancellationToken cancellationToken) =>
        instances.RebootAsync(node.Ec2InstanceId!, cancellationToken);
}
