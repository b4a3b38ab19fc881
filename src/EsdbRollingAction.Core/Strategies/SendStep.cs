using EsdbRollingAction.Core.Ssm;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Core.Strategies;

/// <summary>
/// Sends a command to a node and waits until it has ended. Systems Manager takes each request for another command: one that was asked for
/// is looked for by its comment, and sent again only when it never began, or never came.
/// </summary>
/// <param name="commands">Systems Manager.</param>
/// <param name="key">What tells the update's commands from another's.</param>
public abstract class SendStep(ICommands commands, string key) : ChangeStep(NodePhase.Changing)
{
    /// <summary>How often it is sent to an agent that does not get it.</summary>
    private const int MostUndelivered = 3;

    /// <summary>Systems Manager.</summary>
    private protected ICommands Commands => commands;

    /// <inheritdoc/>
    public override bool IsRepeatable => false;

    /// <inheritdoc/>
    public override FailureReason FailsWith => FailureReason.ChangeFailed;

    /// <summary>Which of the update's commands it is on this node, without the number of the try.</summary>
    protected abstract string WordOf(NodeUpdate node);

    /// <inheritdoc/>
    public override StepProgress ProgressOf(NodeView node) => SentTo(node)?.Outcome.Progress switch
    {
        CommandProgress.Succeeded => StepProgress.Done,
        CommandProgress.Failed => StepProgress.Failed,
        CommandProgress.NeverBegan => Undelivered(node) < MostUndelivered ? StepProgress.NotBegun : StepProgress.Failed,
        CommandProgress.Running => StepProgress.Running,
        _ => StepProgress.NotBegun,
    };

    /// <inheritdoc/>
    public override NodeUpdate Begin(NodeView node)
    {
        var isNext = SentTo(node)?.Outcome.Progress is CommandProgress.NeverBegan;
        var entry = isNext ? node.Entry with { CommandRetries = node.Entry.CommandRetries + 1 } : node.Entry;
        return Accepted(entry, node.At);
    }

    /// <inheritdoc/>
    public override NodeUpdate Accepted(NodeUpdate node, DateTimeOffset now) => node.Requested(Numbered(node), now);

    /// <inheritdoc/>
    public override async Task DoAsync(NodeUpdate node, ClusterUpdate state, CancellationToken cancellationToken)
    {
        // What a recovery does belongs to no update of its own.
        var began = state.StartedAt ?? state.LastIterationAt!.Value;
        var comment = CommandComment.Of(began, key, Numbered(node)).For(node.NodeName);
        var command = await CommandOnAsync(node, state, cancellationToken);
        await commands.SendAsync(command with { Comment = comment }, cancellationToken);
    }

    /// <summary>What is sent, without its comment.</summary>
    protected abstract Task<CommandToSend> CommandOnAsync(NodeUpdate node, ClusterUpdate state, CancellationToken cancellationToken);

    /// <summary>The command of the present try, or null.</summary>
    protected NodeCommand? SentTo(NodeView node) => node.Commands.LastOrDefault(one => one.Word == Numbered(node.Entry));

    /// <summary>When the present try was asked for, or null.</summary>
    protected DateTimeOffset? RequestedAt(NodeView node) => node.Entry.RequestedAt(Numbered(node.Entry));

    private string Numbered(NodeUpdate node) => $"{WordOf(node)}-{node.CommandRetries + 1}";

    private int Undelivered(NodeView node) => node.Commands.Count(one =>
        one.Outcome.Progress is CommandProgress.NeverBegan && one.Word.StartsWith(WordOf(node.Entry), StringComparison.Ordinal));
}
