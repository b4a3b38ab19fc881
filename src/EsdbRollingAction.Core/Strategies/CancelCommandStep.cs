using EsdbRollingAction.Core.Ssm;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Core.Strategies;

/// <summary>Ends a command that still runs on a node that has failed. What it has done stays done.</summary>
internal sealed class CancelCommandStep(ICommands commands, CommandHistory history) : ChangeStep(NodePhase.Changing)
{
    private const string Word = "cancel";

    /// <inheritdoc/>
    public override StepProgress ProgressOf(NodeView node) => node.Entry.RequestedAt(Word) switch
    {
        _ when !node.Commands.Any(one => one is { IsRescue: false, Outcome.HasEnded: false }) => StepProgress.Done,
        _ when !node.Entry.IsDone => StepProgress.Running,
        null => StepProgress.NotBegun,
        var at => Timings.IsRecent(at, CommandHistory.ShownWithin, node.At) ? StepProgress.Running : StepProgress.Done,
    };

    /// <inheritdoc/>
    public override NodeUpdate Accepted(NodeUpdate node, DateTimeOffset now) => node.Requested(Word, now);

    /// <inheritdoc/>
    public override NodeUpdate Without(NodeUpdate node, string why) => node with { FailureMessage = Sentence.Join(node.FailureMessage, why) };

    /// <inheritdoc/>
    public override string Describe(NodeView node) => $"ending the command that still runs on {node.InstanceId}";

    /// <inheritdoc/>
    public override Task DoAsync(NodeUpdate node, CancellationToken cancellationToken)
    {
        var id = node.Ec2InstanceId!;
        return Task.WhenAll(history.RunningOn(id).Select(running => commands.CancelAsync(running, id, cancellationToken)));
    }
}
