using EsdbRollingAction.Core.Ec2;

namespace EsdbRollingAction.Core.Alarms;

/// <summary>The alarms of CloudWatch.</summary>
public interface IAlarms
{
    /// <summary>Reads alarms of metrics and composite ones. Whether their actions are on does not matter.</summary>
    /// <param name="names">Their names, at most <see cref="AlarmNames.Most"/>.</param>
    /// <param name="cancellationToken">Ends waiting.</param>
    /// <returns>Those that there are.</returns>
    /// <exception cref="InstanceException">CloudWatch refused, or did not answer.</exception>
    Task<IReadOnlyList<Alarm>> ReadAsync(IReadOnlyList<string> names, CancellationToken cancellationToken);
}
