using EsdbRollingAction.Core.Cluster;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.Ssm;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Core.Strategies;

/// <summary>
/// Brings every node to another version of the server, by a document that installs it. Which version a node has it says itself, so nothing
/// need be remembered: who is at the target is done.
/// </summary>
/// <param name="parts">What it acts on, and what it runs.</param>
/// <param name="target">The version that every node shall have.</param>
public sealed class ServerVersionUpdate(StrategyParts parts, string target)
    : CommandUpdate(parts, target, $"{StrategyName}@{CommandSpec.DigestOf(target)}", new AwaitVersionStep())
{
    /// <summary>The name in the input <c>update-strategy</c> and in the state.</summary>
    public const string StrategyName = "ServerVersionUpdate";

    /// <summary>What people are told of it.</summary>
    public static StrategyWords Words { get; } = new(version => $"upgrade to {version}")
    {
        Mixed = "The cluster runs servers of two versions, which is meant for the time of an upgrade only.",
        IsOfTheServer = true,
    };

    /// <inheritdoc/>
    public override string Name => StrategyName;

    /// <summary>A node of an old version may not be able to follow one of a new version.</summary>
    public override bool KeepsOldLeader => true;

    /// <summary>What an older server cannot read it is not started on.</summary>
    public override bool CanUndo(NodeUpdate node) => base.CanUndo(node)
        && node.OriginalVersion is { } before && UpgradeTable.Of(TargetVersion, before) is not UpgradeVerdict.Unreadable;

    /// <inheritdoc/>
    public override string? VersionOf(NodeUpdate node, SeenNode seen)
    {
        var own = seen.Own?.Version is { } told ? WordOf(told) : node.CurrentVersion;
        var (change, rollback) = ProgressOn(node, seen);

        // What was never delivered took nothing back.
        return (rollback is null or CommandProgress.NeverBegan ? change : rollback) switch
        {
            CommandProgress.Running or CommandProgress.Failed => Begun,
            CommandProgress.Succeeded => HasRebooted(node, seen) switch
            {
                true => own,
                false => Begun,
                null => node.CurrentVersion,
            },
            _ => own,
        };
    }

    /// <inheritdoc/>
    public override bool RunsOldVersion(NodeView node) => node.Own?.Version is { } told ? WordOf(told) != TargetVersion : !node.IsAsWanted;

    /// <inheritdoc/>
    public override async Task<CheckedChange> CheckAsync(
        IReadOnlyList<CheckedNode> nodes, InstanceFacts facts, CancellationToken cancellationToken)
    {
        var ofTheCommand = await base.CheckAsync(nodes, facts, cancellationToken);
        var ofTheUpgrade = new UpgradeChecks(TargetVersion, Parts.AllowDowngrade).Make(nodes);
        return ofTheCommand with { Rows = [.. ofTheCommand.Rows, .. ofTheUpgrade] };
    }

    /// <summary>Every version that the target asks for is one word.</summary>
    private string WordOf(string version) => ServerVersion.IsOf(version, TargetVersion) ? TargetVersion : version;
}
