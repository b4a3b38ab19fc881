using EsdbRollingAction.Core.Alarms;
using EsdbRollingAction.Simulation.Scenarios;

namespace EsdbRollingAction.Simulation.Mutants;

/// <summary>Every alarm that it reads is quiet.</summary>
internal sealed class IgnoresAlarms : Mutant
{
    public override Features Needs => Features.Alarms;

    public override IAlarms Alarms(IAlarms alarms) => new Quiet(alarms);

    private sealed class Quiet(IAlarms alarms) : IAlarms
    {
        public async Task<IReadOnlyList<Alarm>> ReadAsync(IReadOnlyList<string> names, CancellationToken cancellationToken)
        {
            var read = await alarms.ReadAsync(names, cancellationToken);
            return [.. read.Select(alarm => alarm with { State = AlarmState.Ok })];
        }
    }
}
