using EsdbRollingAction.Simulation.Edges;

namespace EsdbRollingAction.Simulation.Judging;

/// <summary>How far a run may go: no node that was not begun is taken down beyond what its inputs say.</summary>
internal sealed class PauseRules(Umpire umpire)
{
    /// <summary>A request takes as long as it may before it has an effect.</summary>
    private static readonly TimeSpan OnItsWay = TimeSpan.FromSeconds(10);

    /// <summary>Rules about a node that is about to be taken down, or to hand over to be.</summary>
    public IEnumerable<(Rule Rule, string What)> Judge(NodeWatch watch, Run actor)
    {
        if (watch.StoppedBy is not null || watch.TimesAskedDown > 1 || umpire.IsAsWanted(watch.Node) || actor.Intent is { PutsNodeBack: true })
        {
            yield break;
        }

        var inputs = actor.Inputs!;
        if (actor.Begun.Count(begun => begun != watch) >= inputs.MaxNodes)
        {
            yield return (Rule.MoreNodesThanAsked, $"{watch.Node.Name} was begun after {actor.Begun.Count} others");
        }

        if (inputs.PausesBeforeLeader && NodeWatch.CouldBeKnown(watch.LeadingSince, actor.AskedAt(watch), umpire.Now))
        {
            yield return (Rule.LeaderNotLeftOut, $"{watch.Node.Name} leads");
        }

        var hasBegunToHandOver = watch.Node.Priority < watch.Node.ConfiguredPriority;
        if (inputs.TimeLimitSeconds is { } limit && !hasBegunToHandOver && umpire.Now > actor.BeganAt + TimeSpan.FromSeconds(limit) + OnItsWay)
        {
            yield return (Rule.BegunTooLate, $"{watch.Node.Name} was begun {(umpire.Now - actor.BeganAt).TotalSeconds:0} s after the run");
        }

        actor.Begun.Add(watch);
    }
}
