using EsdbRollingAction.Core.Ssm;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Core.Strategies;

/// <summary>Sends the commands of one update.</summary>
/// <param name="commands">Systems Manager.</param>
/// <param name="target">What the update makes of a node.</param>
public sealed class CommandSender(ICommands commands, string target)
{
    /// <summary>When the update began, which tells its commands from another's: it is known once the cluster was looked at.</summary>
    internal DateTimeOffset? Began { get; set; }

    /// <summary>The document, or null.</summary>
    /// <exception cref="Ec2.InstanceException">Systems Manager refused, or did not answer.</exception>
    public Task<CommandDocument?> DescribeAsync(string document, string version, CancellationToken cancellationToken) =>
        commands.DescribeDocumentAsync(document, version, cancellationToken);

    /// <summary>Sends a command to a node.</summary>
    /// <exception cref="Ec2.InstanceException">Systems Manager refused, or did not answer.</exception>
    public Task SendAsync(NodeUpdate node, CommandToSend command, string word, CancellationToken cancellationToken)
    {
        var comment = CommandComment.Of(Began!.Value, target, word).For(node.NodeName);
        return commands.SendAsync(command with { Comment = comment }, cancellationToken);
    }
}
