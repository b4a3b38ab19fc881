using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Core.Strategies;

/// <summary>Waits until the node says that it has the version. It does nothing itself.</summary>
internal sealed class AwaitVersionStep() : ChangeStep(NodePhase.Changing)
{
    /// <summary>A server that was just installed is restarted sooner than this after its command has ended.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    public override FailureReason FailsWith => FailureReason.ChangeFailed;

    /// <summary>An instance that is off tells no version: it is started first.</summary>
    public override StepProgress ProgressOf(NodeView node) => node switch
    {
        { IsAsWanted: true } or { Instance.State: not InstanceState.Running } => StepProgress.Done,
        { Level.Holds: true } when node.At - LastEnd(node) >= Patience => StepProgress.Failed,
        _ => StepProgress.Running,
    };

    public override NodeUpdate Accepted(NodeUpdate node, DateTimeOffset now) => node;

    public override string Describe(NodeView node) => $"{node.Name} does not say yet that it has version {node.Wanted}";

    public override string WhyItFailed(NodeView node) => Sentence.Join(
        $"The command succeeded on {node.Name}, which still has version {node.Version}",
        $"Look at what the document installs: {node.Wanted} was asked for");

    public override Task DoAsync(NodeUpdate node, ClusterUpdate state, CancellationToken cancellationToken) => Task.CompletedTask;

    private static DateTimeOffset? LastEnd(NodeView node) => node.Entry.CommandRequests.Max(one => one.EndedAt);
}
