using EsdbRollingAction.Sandbox.Model;
using EsdbRollingAction.Simulation.Edges;

namespace EsdbRollingAction.Simulation.Judging;

/// <summary>No node that was not begun is taken down in ALARM, as far as that could be known: it was so when the run last read.</summary>
internal sealed class AlarmRules(Umpire umpire, CloudWatch alarms)
{
    /// <summary>Rules about a node that is about to be taken down, or to hand over to be.</summary>
    public IEnumerable<(Rule Rule, string What)> Judge(NodeWatch watch, Run actor)
    {
        if (watch.StoppedBy is not null || watch.TimesAskedDown > 1 || actor.Intent is { PutsNodeBack: true } or { TakesUpdateBack: true })
        {
            return [];
        }

        return from alarm in alarms.Truth
               where alarm.State == AlarmState.Alarm && NodeWatch.CouldBeKnown(alarm.Since, actor.AlarmsReadAt, umpire.Now)
               select (
                   Rule.TakenDownInAlarm,
                   $"{watch.Node.Name} was not begun; {alarm.Name} has been in ALARM for {(umpire.Now - alarm.Since).TotalSeconds:0.000} s");
    }
}
