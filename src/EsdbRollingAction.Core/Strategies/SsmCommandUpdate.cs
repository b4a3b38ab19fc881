using EsdbRollingAction.Core.Ssm;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Core.Strategies;

/// <summary>Runs a document of Systems Manager on every node: patches, a setting, whatever else a script can do.</summary>
/// <param name="parts">What it acts on, and what it runs.</param>
/// <param name="target">The version of a node on which the command was run: tells it from any other command.</param>
public sealed class SsmCommandUpdate(StrategyParts parts, string target)
    : CommandUpdate(parts, target, key: target)
{
    /// <summary>The name in the input <c>update-strategy</c> and in the state.</summary>
    public const string StrategyName = "SsmCommandUpdate";

    /// <summary>The version of a node on which the command was not run.</summary>
    public const string NotRun = "not-run";

    /// <summary>What people are told of it.</summary>
    public static StrategyWords Words { get; } = new(command => $"run {command}");

    /// <inheritdoc/>
    public override string Name => StrategyName;

    /// <inheritdoc/>
    public override string? VersionOf(NodeUpdate node, SeenNode seen)
    {
        var (change, rollback) = ProgressOn(node, seen);
        return rollback switch
        {
            CommandProgress.Succeeded => node.OriginalVersion ?? NotRun,
            CommandProgress.Running or CommandProgress.Failed => Begun,
            _ when node.CurrentVersion == TargetVersion => TargetVersion,
            _ when change is CommandProgress.Succeeded => HasRebooted(node, seen) is true ? TargetVersion : Begun,
            _ => change is null or CommandProgress.NeverBegan ? NotRun : Begun,
        };
    }
}
