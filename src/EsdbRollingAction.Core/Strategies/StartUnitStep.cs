using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.Ssm;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Core.Strategies;

/// <summary>Starts the database on a node that a command failed on, and that is silent since.</summary>
/// <param name="commands">Systems Manager.</param>
/// <param name="key">What tells the update's commands from another's.</param>
internal sealed class StartUnitStep(ICommands commands, string key) : SendStep(commands, key)
{
    /// <summary>
    /// Starts the unit that the node ran. The packages name it kurrentdb from version 25 on, and eventstore before; where both are there,
    /// the other one would serve an empty database, or open one with an older server than the one that wrote it last.
    /// </summary>
    /// <remarks>Run on nodes of both kinds by <c>tests/ssm-documents</c>.</remarks>
    internal const string Script = """
        # The only one that there is, else the one that a reboot would start, else the one that ran last.
        known='' enabled='' last='' at=0
        for unit in kurrentdb eventstore; do
          systemctl cat "$unit" >/dev/null 2>&1 || continue
          known="$known $unit"
          if systemctl is-enabled --quiet "$unit" 2>/dev/null; then enabled="$enabled $unit"; fi
          ran=$(systemctl show --property=ActiveEnterTimestampMonotonic --value "$unit")
          if [ "${ran:-0}" -gt "$at" ]; then last=" $unit" at=$ran; fi
        done
        for found in "$known" "$enabled" "$last"; do
          case $found in
            ' kurrentdb' | ' eventstore') exec systemctl start "${found# }" ;;
          esac
        done
        echo 'Nothing tells whether kurrentdb or eventstore ran on this node: neither was started.' >&2
        exit 1
        """;

    /// <summary>The database may be starting by itself.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    public override StepProgress ProgressOf(NodeView node) => node switch
    {
        { IsDown: false } or { Instance.State: not InstanceState.Running } => StepProgress.Done,
        _ when SentTo(node) is { } sent => sent.Outcome.HasEnded ? StepProgress.Done : StepProgress.Running,
        _ when RequestedAt(node) is not null => StepProgress.Done,
        _ => node.SilentFor >= Patience && !node.IsSeen ? StepProgress.NotBegun : StepProgress.Running,
    };

    public override NodeUpdate Without(NodeUpdate node, string why) => node.SayingToo(why);

    public override string Describe(NodeView node) => $"{node.Name} is silent: the database on {node.InstanceId} is started";

    protected override string WordOf(NodeUpdate node) => NodeCommand.Rescue;

    protected override Task<CommandToSend> CommandOnAsync(NodeUpdate node, ClusterUpdate state, CancellationToken cancellationToken) =>
        Task.FromResult(new CommandToSend([node.Ec2InstanceId!], CommandSpec.ShellScript, "")
        {
            Parameters = new Dictionary<string, IReadOnlyList<string>> { ["commands"] = [Script] },
        });
}
