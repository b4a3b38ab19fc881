using EsdbRollingAction.Core.Alarms;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Sandbox.Model;
using Alarm = EsdbRollingAction.Core.Alarms.Alarm;
using AlarmState = EsdbRollingAction.Core.Alarms.AlarmState;

namespace EsdbRollingAction.Simulation.Edges;

/// <summary>CloudWatch over the modelled one.</summary>
internal sealed class SimulatedAlarms(CloudWatch model, Wire wire, Run run) : IAlarms
{
    private static readonly Call Describing = new("DescribeAlarms", IsAct: false, IsEc2: true, how =>
        new InstanceException(InstanceErrorKind.Transient, "NoAnswer", $"DescribeAlarms: CloudWatch {how}."));

    public Task<IReadOnlyList<Alarm>> ReadAsync(IReadOnlyList<string> names, CancellationToken cancellationToken) =>
        wire.SendAsync(Describing, () =>
        {
            run.AlarmsReadAt = run.Time.Elapsed;
            return new Answer<IReadOnlyList<Alarm>>([.. model.Truth.Where(alarm => names.Contains(alarm.Name)).Select(Shown)]);
        }, cancellationToken);

    private static Alarm Shown(Sandbox.Model.Alarm alarm) => new(alarm.Name, Enum.Parse<AlarmState>($"{alarm.State}"), alarm.Reason);
}
