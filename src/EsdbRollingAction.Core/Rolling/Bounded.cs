using EsdbRollingAction.Core.Ec2;

namespace EsdbRollingAction.Core.Rolling;

/// <summary>Asks a service of AWS in an iteration: one that is throttled or silent does not hold the iteration for long.</summary>
internal static class Bounded
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>The answer, or why there is none.</summary>
    /// <param name="who">The service, to begin a sentence with.</param>
    /// <param name="ask">Asks it.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="InstanceException">The credentials have expired.</exception>
    public static async Task<(T? Answer, string? Problem)> AskAsync<T>(
        string who, Func<CancellationToken, Task<T>> ask, TimeProvider time, CancellationToken cancellationToken)
        where T : class
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            return (await ask(either.Token), null);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, $"{who} did not answer within {Patience.TotalSeconds:0} s");
        }
        catch (InstanceException exception) when (!exception.IsAboutCredentials)
        {
            return (null, exception.Message);
        }
    }
}
