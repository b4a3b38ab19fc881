using EsdbRollingAction.Core.Alarms;
using EsdbRollingAction.Core.Ec2;
using EsdbRollingAction.Core.State;

namespace EsdbRollingAction.Core.Rolling;

/// <summary>Reads the alarms of the inputs in the iterations in which they may hold a node back.</summary>
internal sealed class AlarmWatch(IAlarms alarms, RollSettings settings, TimeProvider time)
{
    /// <summary>A throttled or silent CloudWatch does not hold an iteration longer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly AlarmsSeen NotRead = AlarmsSeen.Not("the alarms have not been read yet");

    /// <summary>The alarms now; what could not be read is not known.</summary>
    /// <exception cref="InstanceException">The credentials have expired.</exception>
    public async Task<AlarmsSeen> ReadAsync(ClusterSnapshot cluster, CancellationToken cancellationToken)
    {
        if (settings.AlarmNames.Count == 0 || cluster.State.TakesBack)
        {
            return AlarmsSeen.None;
        }

        return AlarmRule.IsToBeRead(cluster) ? await ReadAsync(cancellationToken) : NotRead;
    }

    private async Task<AlarmsSeen> ReadAsync(CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            return new AlarmsSeen(settings.AlarmNames, await alarms.ReadAsync(settings.AlarmNames, either.Token));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return AlarmsSeen.Not($"CloudWatch did not answer within {Patience.TotalSeconds:0} s");
        }
        catch (InstanceException exception) when (!exception.IsAboutCredentials)
        {
            return AlarmsSeen.Not(exception.Message);
        }
    }
}
