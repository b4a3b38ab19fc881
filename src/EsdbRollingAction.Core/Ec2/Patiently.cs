namespace EsdbRollingAction.Core.Ec2;

/// <summary>What passes by itself is waited out where there is no next iteration that asks again.</summary>
internal static class Patiently
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <exception cref="InstanceException">EC2 refused; <see cref="InstanceErrorKind.Transient"/> after half a minute.</exception>
    public static async Task<T> AskAsync<T>(Func<Task<T>> ask, TimeProvider time, CancellationToken cancellationToken)
    {
        for (var until = time.GetUtcNow() + Patience; ;)
        {
            try
            {
                return await ask();
            }
            catch (InstanceException exception) when (exception.Kind is InstanceErrorKind.Transient && time.GetUtcNow() < until)
            {
                await Task.Delay(Pause, time, cancellationToken);
            }
        }
    }
}
