using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.Ssm;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Core.Strategies;

/// <summary>Starts the database on a node that a command failed on, and that is silent since.</summary>
/// <param name="sender">Sends the command.</param>
internal sealed class StartUnitStep(CommandSender sender) : SendStep(sender)
{
    /// <summary>The unit as the packages name it: from version 25 on, and before. A unit that is masked or missing is none.</summary>
    private const string Script = "systemctl start kurrentdb || systemctl start eventstore";

    /// <summary>The database may be starting by itself.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <inheritdoc/>
    public override StepProgress ProgressOf(NodeView node) => node switch
    {
        { IsDown: false } or { Instance.State: not InstanceState.Running } => StepProgress.Done,
        _ when SentTo(node) is { } sent => sent.Outcome.HasEnded ? StepProgress.Done : StepProgress.Running,
        _ when RequestedAt(node) is not null => StepProgress.Done,
        _ => node.SilentFor >= Patience ? StepProgress.NotBegun : StepProgress.Running,
    };

    /// <inheritdoc/>
    public override NodeUpdate Without(NodeUpdate node, string why) => node.SayingToo(why);

    /// <inheritdoc/>
    public override string Describe(NodeView node) => $"{node.Name} is silent: the database on {node.InstanceId} is started";

    /// <inheritdoc/>
    protected override string WordOf(NodeUpdate node) => NodeCommand.Rescue;

    /// <inheritdoc/>
    protected override CommandToSend CommandOn(NodeUpdate node) => new([node.Ec2InstanceId!], CommandSpec.ShellScript, "")
    {
        Parameters = new Dictionary<string, IReadOnlyList<string>> { ["commands"] = [Script] },
    };
}
