using EsdbRollingAction.Core.Ssm;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Core.Strategies;

/// <summary>Runs the command of the update on a node; on one that rolls back, the one that takes it back.</summary>
/// <param name="commands">Systems Manager.</param>
/// <param name="key">What tells the update's commands from another's.</param>
/// <param name="spec">What is run.</param>
internal sealed class RunCommandStep(ICommands commands, string key, CommandSpec spec) : SendStep(commands, key)
{
    private const string ExecutionTimeout = "executionTimeout";

    /// <summary>Before it is ended here: the document's own time-out comes first, where it has one.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(2);

    /// <summary>It is ended when it takes longer than it may.</summary>
    public override DateTimeOffset? IsGivenUntil(NodeView node) =>
        Timings.After(RequestedAt(node) ?? SentTo(node)?.RequestedAt ?? node.At, spec.Longest + Grace);

    /// <summary>Commands restart services.</summary>
    public override bool TakesNodeDown => true;

    public override StepProgress ProgressOf(NodeView node) => base.ProgressOf(node) switch
    {
        StepProgress.Running when node.At > IsGivenUntil(node) => StepProgress.Failed,
        var progress => progress,
    };

    public override string What(NodeView node) => $"{spec.Document} on {node.InstanceId}";

    /// <summary>
    /// A command need not restart the database: a process that is still the same tells nothing. Nor does what was asked of the machine
    /// before: the reboot after this command is still to come.
    /// </summary>
    public override NodeUpdate Begin(NodeView node) => base.Begin(node) with
    {
        EventStoreInstanceIdBeforeStop = null,
        StopRequestedAt = null,
        ChangeRequestedAt = null,
        EarlierChangeAt = null,
        StartRequestedAt = null,
    };

    public override string Describe(NodeView node) => SentTo(node) is { IsShown: true } sent
        ? $"{spec.Document} on {node.InstanceId} is {sent.Outcome.Status} (command {sent.Id})"
        : $"running {spec.Document} on {node.InstanceId}";

    public override string WhyItFailed(NodeView node) =>
        CommandText.WhyItFailed(node, spec, SentTo(node)!);

    protected override string WordOf(NodeUpdate node) => node.IsRollingBack ? NodeCommand.Rollback : NodeCommand.Change;

    protected override async Task<CommandToSend> CommandOnAsync(NodeUpdate node, ClusterUpdate state, CancellationToken cancellationToken)
    {
        var version = state.DocumentVersion ?? spec.Version;
        var parameters = (node.IsRollingBack ? spec.RollbackParameters! : spec.Parameters).Values;
        var isTimed = spec.TimeLimit is not null && !parameters.ContainsKey(ExecutionTimeout);
        var document = isTimed ? await Commands.DescribeDocumentAsync(spec.Document, version, cancellationToken) : null;
        return new CommandToSend([node.Ec2InstanceId!], spec.Document, "")
        {
            Version = version,
            Parameters = document?.Parameters.ContainsKey(ExecutionTimeout) is true
                ? new Dictionary<string, IReadOnlyList<string>>(parameters) { [ExecutionTimeout] = [$"{spec.Longest.TotalSeconds:0}"] }
                : parameters,
        };
    }
}
