using EsdbRollingAction.Sandbox;
using EsdbRollingAction.Sandbox.Model;
using EsdbRollingAction.Simulation.Edges;

namespace EsdbRollingAction.Simulation.Judging;

/// <summary>
/// Rules about versions: while a voter of the old version is left, no voter of the new one has a priority with which it would win an
/// election against it. Old ones are measured by what they are configured with: one that hands over is lower for a moment. Where a person
/// has set priorities, nobody can tell what is high.
/// </summary>
internal sealed class VersionRules(Umpire umpire, Ssm ssm, UpgradeOptions upgrade, TimeSpan bake)
{
    /// <summary>A look, its confirmation, iterations on a slow machine, and calls that are lost.</summary>
    private static readonly TimeSpan LongestUntilLowered = TimeSpan.FromSeconds(60);

    /// <summary>A node that came back a moment before is looked at twice.</summary>
    private static readonly TimeSpan Confirmed = TimeSpan.FromSeconds(5);

    private readonly Dictionary<NodeWatch, TimeSpan> mayLeadSince = [];

    /// <summary>Whether a person has set priorities.</summary>
    public required Func<bool> ArePrioritiesTouched { get; init; }

    /// <summary>Whether the node's server says that it is what the update wants.</summary>
    public bool IsAtTarget(Node node) => ServerVersions.BeginsWith(node.RunningVersion, upgrade.WantedVersion);

    /// <summary>Whether its priority stays lowered when a run ends: a cluster of two versions is left.</summary>
    public bool StaysLowered(Node node) =>
        IsAtTarget(node) && Array.Exists(umpire.Nodes, other => IsVoter(other) && !IsAtTarget(other.Node));

    /// <summary>Looks at every voter.</summary>
    public void Look()
    {
        var lowest = int.MaxValue;
        foreach (var watch in umpire.Nodes)
        {
            lowest = IsVoter(watch) && !IsAtTarget(watch.Node) ? Math.Min(lowest, watch.Node.ConfiguredPriority) : lowest;
        }

        foreach (var watch in umpire.Nodes)
        {
            Look(watch, lowest);
        }
    }

    /// <summary>Rules about a node that is about to be taken down, or to hand over to be.</summary>
    public IEnumerable<(Rule Rule, string What)> Judge(NodeWatch watch, Run actor) => actor.Intent is { PutsNodeBack: true }
        ? []
        : from one in mayLeadSince
          where one.Key != watch && NodeWatch.CouldBeKnown(one.Value, actor.AskedAt(one.Key), umpire.Now)
          select (Rule.UpgradedMayLead, What(one.Key, one.Value));

    /// <summary>Rules about how a run ended.</summary>
    public void JudgeRun(RunEnd end)
    {
        foreach (var (watch, since) in mayLeadSince)
        {
            if (end.IsPaused && since + Confirmed < end.Run.AskedAt(watch))
            {
                umpire.Break(Rule.UpgradedMayLead, $"the run paused; {What(watch, since)}");
            }
        }
    }

    /// <summary>What is not level is not lowered, nor is what comes back while another is under way.</summary>
    private void Look(NodeWatch watch, int lowest)
    {
        var isDone = IsVoter(watch) && watch.LevelSince is not null && IsAtTarget(watch.Node) && !GoesDownAgain(watch.Node.Name);
        var mayLead = lowest < int.MaxValue && watch.Node.Priority >= lowest && !ArePrioritiesTouched();
        if (!isDone || !mayLead || !IsAnyAtWork || IsAnotherUnderWay(watch))
        {
            mayLeadSince.Remove(watch);
            return;
        }

        var since = mayLeadSince.TryGetValue(watch, out var before) ? before : umpire.Now;
        mayLeadSince[watch] = since;
        if (umpire.Now - since > LongestUntilLowered + bake)
        {
            umpire.Break(Rule.UpgradedMayLead, What(watch, since));
        }
    }

    /// <summary>A run that watches the lease of another one does nothing.</summary>
    private bool IsAnyAtWork => umpire.LiveRuns.Any(run => run.Intent is not null);

    /// <summary>The reboot after a command, or what takes it back, would give back at once what was lowered before.</summary>
    private bool GoesDownAgain(string node) => ssm.SentTo(node).Any(run => run.IsAct && !run.IsForward)
        || (upgrade.Custom is { RebootAfter: true } && ssm.MayHaveBegun(node) && !ssm.IsUpdated(node));

    private bool IsAnotherUnderWay(NodeWatch watch) => Array.Exists(umpire.Nodes, other =>
        other.NotLevelSince <= watch.LevelSince || ssm.SentTo(other.Node.Name).Any(run => !run.Now.HasEnded && run.SentAt < watch.LevelSince));

    private static bool IsVoter(NodeWatch watch) => !watch.Node.IsReadOnlyReplica;

    private string What(NodeWatch watch, TimeSpan since) =>
        $"{watch.Node.Name} is {watch.Node.RunningVersion} with priority {watch.Node.Priority} for {(umpire.Now - since).TotalSeconds:0.000} s, "
        + "and a voter of the old version with no higher one is left";
}
