using EsdbRollingAction.Sandbox;
using EsdbRollingAction.Sandbox.Model;
using EsdbRollingAction.Simulation.Edges;

namespace EsdbRollingAction.Simulation.Judging;

/// <summary>
/// Rules about versions: while a voter of the old version is left, no voter of the new one has a priority with which it would win an
/// election against it, and none leads when a node is begun. Old ones are measured by what they are configured with: one that hands over
/// is lower for a moment. Where a person has set priorities, nobody can tell what is high. Nobody hands back to the last old voter: its
/// turn is next, and makes one of the new version lead.
/// </summary>
internal sealed class VersionRules(Umpire umpire, Ssm ssm, UpgradeOptions upgrade, TimeSpan bake)
{
    /// <summary>A look, its confirmation, iterations on a slow machine, and calls that are lost.</summary>
    private static readonly TimeSpan LongestUntilLowered = TimeSpan.FromSeconds(60);

    /// <summary>A node that came back a moment before is looked at twice.</summary>
    private static readonly TimeSpan Confirmed = TimeSpan.FromSeconds(5);

    private readonly Dictionary<NodeWatch, TimeSpan> mayLeadSince = [];
    private readonly Dictionary<NodeWatch, TimeSpan> leadsSince = [];

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
        var (lowest, old) = (int.MaxValue, 0);
        foreach (var watch in umpire.Nodes)
        {
            var isOld = IsVoter(watch) && !IsAtTarget(watch.Node);
            lowest = isOld ? Math.Min(lowest, watch.Node.ConfiguredPriority) : lowest;
            old += isOld ? 1 : 0;
        }

        foreach (var watch in umpire.Nodes)
        {
            Look(watch, lowest, old);
        }
    }

    /// <summary>Rules about a node that is about to be taken down, or to hand over to be. What helps one that is down waits for nobody.</summary>
    public IEnumerable<(Rule Rule, string What)> Judge(NodeWatch watch, Run actor) => actor.Intent is { PutsNodeBack: true }
        ? []
        : KnownTo(actor, mayLeadSince, watch).Select(one => (Rule.UpgradedMayLead, What(one.Key, one.Value)))
            .Concat(KnownTo(actor, leadsSince, watch).Where(_ => watch.LevelSince is not null).Select(one => (Rule.UpgradedLeads, Leads(one.Key, one.Value))));

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

    /// <summary>What is not level is not lowered.</summary>
    private void Look(NodeWatch watch, int lowest, int old)
    {
        var isDone = IsVoter(watch) && watch.LevelSince is not null && IsAtTarget(watch.Node) && !GoesDownAgain(watch.Node.Name) && IsAnyAtWork;
        var mayLead = lowest < int.MaxValue && watch.Node.Priority >= lowest && !ArePrioritiesTouched();
        var isKnown = leadsSince.ContainsKey(watch);
        if (Remember(leadsSince, watch, isDone && old > 1 && watch.LeadingSince is not null) is not null && !isKnown)
        {
            // That it leads is nobody's doing, and it is to hand over.
            umpire.Disturbances++;
        }

        if (Remember(mayLeadSince, watch, isDone && mayLead) is { } since && umpire.Now - since > LongestUntilLowered + bake)
        {
            umpire.Break(Rule.UpgradedMayLead, What(watch, since));
        }
    }

    private TimeSpan? Remember(Dictionary<NodeWatch, TimeSpan> all, NodeWatch watch, bool isSo)
    {
        if (!isSo)
        {
            all.Remove(watch);
            return null;
        }

        return all[watch] = all.TryGetValue(watch, out var before) ? before : umpire.Now;
    }

    private IEnumerable<KeyValuePair<NodeWatch, TimeSpan>> KnownTo(Run actor, Dictionary<NodeWatch, TimeSpan> all, NodeWatch but) =>
        all.Where(one => one.Key != but && NodeWatch.CouldBeKnown(one.Value, actor.AskedAt(one.Key), umpire.Now));

    /// <summary>A run that watches the lease of another one does nothing.</summary>
    private bool IsAnyAtWork => umpire.LiveRuns.Any(run => run.Intent is not null);

    /// <summary>The reboot after a command, or what takes it back, would give back at once what was lowered before.</summary>
    private bool GoesDownAgain(string node) => ssm.SentTo(node).Any(run => run.IsAct && !run.IsForward)
        || (upgrade.Custom is { RebootAfter: true } && ssm.MayHaveBegun(node) && !ssm.IsUpdated(node));

    private static bool IsVoter(NodeWatch watch) => !watch.Node.IsReadOnlyReplica;

    private string Leads(NodeWatch watch, TimeSpan since) =>
        $"{watch.Node.Name} is {watch.Node.RunningVersion} and leads for {(umpire.Now - since).TotalSeconds:0.000} s, and several old voters are left";

    private string What(NodeWatch watch, TimeSpan since) =>
        $"{watch.Node.Name} is {watch.Node.RunningVersion} with priority {watch.Node.Priority} for {(umpire.Now - since).TotalSeconds:0.000} s, "
        + "and a voter of the old version with no higher one is left";
}
