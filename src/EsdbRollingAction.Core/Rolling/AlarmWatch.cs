using EsdbRollingAction.Core.Alarms;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Core.Rolling;

/// <summary>Reads the alarms of the inputs in the iterations in which they may hold a node back.</summary>
internal sealed class AlarmWatch(IAlarms alarms, RollSettings settings, TimeProvider time)
{
    private static readonly AlarmsSeen NotRead = AlarmsSeen.Not("the alarms have not been read yet");

    /// <summary>The alarms now; what could not be read is not known.</summary>
    /// <exception cref="InstanceException">The credentials have expired.</exception>
    public async Task<AlarmsSeen> ReadAsync(ClusterSnapshot cluster, CancellationToken cancellationToken)
    {
        if (cluster.State.TakesBack)
        {
            return AlarmsSeen.None;
        }

        return AlarmRule.IsToBeRead(cluster) ? await ReadAsync(cancellationToken) : NotRead;
    }

    private async Task<AlarmsSeen> ReadAsync(CancellationToken cancellationToken)
    {
        var (read, problem) = await Bounded.AskAsync(
            "CloudWatch", token => alarms.ReadAsync(settings.AlarmNames, token), time, cancellationToken);
        return read is null ? AlarmsSeen.Not(problem!) : new AlarmsSeen(settings.AlarmNames, read);
    }
}
