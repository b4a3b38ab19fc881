using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.Ssm;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Core.Strategies;

/// <summary>Ends a command that still runs on a node. What it has done stays done.</summary>
internal abstract class EndCommandStep(ICommands commands, CommandHistory history) : ChangeStep(NodePhase.Changing)
{
    /// <summary>What it is called among what was asked of Systems Manager.</summary>
    protected abstract string Word { get; }

    public override NodeUpdate Accepted(NodeUpdate node, DateTimeOffset now) => node.Requested(Word, now);

    public override string Describe(NodeView node) => IsHidden(node)
        ? $"what was sent to {node.InstanceId} does not show yet, and is ended when it does"
        : $"ending the command that still runs on {node.InstanceId}";

    public override Task DoAsync(NodeUpdate node, ClusterUpdate state, CancellationToken cancellationToken)
    {
        var id = node.Ec2InstanceId!;
        return Task.WhenAll(history.RunningOn(id).Select(running => commands.CancelAsync(running, id, cancellationToken)));
    }

    /// <summary>Whether a command was sent that does not show yet: it may run all the same.</summary>
    protected static bool IsHidden(NodeView node) => node.Commands.Any(one => one is { IsOfTheChange: true, IsShown: false });

    /// <summary>Whether it was asked for so recently that it may not show yet.</summary>
    protected bool IsAsked(NodeView node) => Timings.IsRecent(node.Entry.RequestedAt(Word), Timings.CommandConsistency, node.At);
}

/// <summary>Ends a command that still runs on a node that has failed.</summary>
internal sealed class CancelCommandStep(ICommands commands, CommandHistory history) : EndCommandStep(commands, history)
{
    protected override string Word => NodeCommand.Cancel;

    public override StepProgress ProgressOf(NodeView node) => node.Entry.RequestedAt(Word) switch
    {
        _ when IsHidden(node) => StepProgress.Running,
        _ when !node.RunsACommand => StepProgress.Done,
        null => StepProgress.NotBegun,
        _ => IsAsked(node) ? StepProgress.Running : StepProgress.Done,
    };

    public override NodeUpdate Without(NodeUpdate node, string why) => node.SayingToo(why);
}

/// <summary>Ends a command that was given up on before its change is taken back: what ran on would change the node once more.</summary>
internal sealed class EndBeforeRollbackStep(ICommands commands, CommandHistory history) : EndCommandStep(commands, history)
{
    protected override string Word => "end";

    public override StepProgress ProgressOf(NodeView node) => node switch
    {
        { Entry.IsRollingBack: false } or { Instance.State: not InstanceState.Running } => StepProgress.Done,
        _ when node.Commands.Any(one => one.IsRollback && one.Try == node.Entry.CommandRetries + 1) => StepProgress.Done,
        _ when node.Entry.CommandRequests.Any(request => request.IsOfARollback) => StepProgress.Done,
        _ when !node.RunsACommand => StepProgress.Done,
        _ => IsAsked(node) ? StepProgress.Running : StepProgress.NotBegun,
    };
}
