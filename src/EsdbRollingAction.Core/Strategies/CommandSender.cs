using EsdbRollingAction.Core.Ssm;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Core.Strategies;

/// <summary>Sends the commands of one update.</summary>
/// <param name="commands">Systems Manager.</param>
/// <param name="target">What the update makes of a node.</param>
public sealed class CommandSender(ICommands commands, string target)
{
    /// <summary>The document, or null.</summary>
    /// <exception cref="Ec2.InstanceException">Systems Manager refused, or did not answer.</exception>
    public Task<CommandDocument?> DescribeAsync(string document, string version, CancellationToken cancellationToken) =>
        commands.DescribeDocumentAsync(document, version, cancellationToken);

    /// <summary>The comment of a command of the update: by when that began one update is told from another.</summary>
    public string CommentOf(ClusterUpdate update, string word, NodeUpdate node)
    {
        // What a recovery does belongs to no update of its own.
        var began = update.StartedAt ?? update.LastIterationAt!.Value;
        return CommandComment.Of(began, target, word).For(node.NodeName);
    }

    /// <summary>Sends a command to a node.</summary>
    /// <exception cref="Ec2.InstanceException">Systems Manager refused, or did not answer.</exception>
    public Task SendAsync(CommandToSend command, CancellationToken cancellationToken) => commands.SendAsync(command, cancellationToken);
}
